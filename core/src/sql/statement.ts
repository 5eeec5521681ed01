import { ExpectedError } from '../base/expected-error.ts';
import type { ColumnDefinition, CompiledQuery, CompiledStatement } from './contract.ts';
import type { Expression } from './syntax/nodes.ts';
import { type Problem, ProblemError } from './syntax/problem.ts';
import { constantText } from './syntax/names.ts';
import type { SourceMap } from './syntax/source-map.ts';
import type { ColumnNode, StatementNode, TableDefinitionParts } from './syntax/statement-nodes.ts';
import { compileCatalog, compileKey } from './compile-catalog.ts';
import { datasetQuery, streamingProblems } from './dataset.ts';
import { ruleText, usesDefault, withDefaults } from './defaults.ts';
import {
  assignedColumns,
  broughtByMerge,
  changedRows,
  conditionQuery,
  mergePlan,
  mergeSource,
  type ModifyNode,
  QueryMaker,
} from './modify.ts';
import { compileProgramNode } from './program/compile-program.ts';
import { type Compiled, prepared, type StatementContext, target } from './statement-context.ts';
import { compileView } from './view.ts';

/** A parsed statement as what the engine does. The names are taken as they are, also while parameters are not known. */
export function compileNode(node: StatementNode, context: StatementContext): Compiled {
  const { text, range } = context;
  const plain = (statement: CompiledStatement, problems: readonly Problem[] = []): Compiled => ({
    statement,
    problems,
  });
  switch (node.kind) {
    case 'useCatalog':
      return plain({ text, range, kind: 'useCatalog', catalog: node.catalog.text });
    case 'useSchema': {
      const [schema, catalog] = node.parts.map((part) => part.text).toReversed();
      return plain({
        text,
        range,
        kind: 'useSchema',
        schema: schema ?? '',
        ...(catalog === undefined ? {} : { catalog }),
      });
    }
    case 'createSchema': {
      const [schema, catalog] = node.parts.map((part) => part.text).toReversed();
      return plain({
        text,
        range,
        kind: 'createSchema',
        schema: schema ?? '',
        ifNotExists: node.ifNotExists,
        ...(catalog === undefined ? {} : { catalog }),
        ...(node.comment === undefined ? {} : { comment: node.comment }),
        ...(node.location === undefined ? {} : { location: node.location }),
        ...(node.properties.size === 0 ? {} : { properties: node.properties }),
      });
    }
    case 'dropSchema': {
      const [schema, catalog] = node.parts.map((part) => part.text).toReversed();
      const { ifExists, cascade } = node;
      const named = { text, range, kind: 'dropSchema', schema: schema ?? '', ifExists, cascade } as const;
      return plain({ ...named, ...(catalog === undefined ? {} : { catalog }) });
    }
    case 'catalog':
      return plain({
        text,
        range,
        kind: 'catalog',
        command: compileCatalog(node.command, (parts) => target(parts, context)),
      });
    case 'describeQuery': {
      const { compiled, problems } = prepared(node.query, context, undefined);
      return plain({ text, range, kind: 'describeQuery', query: compiled }, problems);
    }
    case 'showColumns':
      return plain({ text, range, kind: 'showColumns', target: target(node.target, context) });
    case 'dropTable':
      return plain({
        text,
        range,
        kind: 'dropTable',
        target: target(node.target, context),
        ifExists: node.ifExists,
        object: node.object,
      });
    case 'query': {
      const { compiled, problems } = prepared(node.query, context, undefined);
      return plain({ text, range, kind: 'query', query: compiled }, problems);
    }
    case 'createTemporaryView':
    case 'createView':
    case 'alterView':
    case 'showViews':
      return compileView(node, context);
    case 'rename': {
      const { object } = node;
      return plain({
        text,
        range,
        kind: 'rename',
        object,
        target: target(node.target, context),
        to: target(node.to, context),
      });
    }
    case 'createMaterializedView':
    case 'createStreamingTable': {
      const { query, expectations } = datasetQuery(node);
      const streams = node.kind === 'createStreamingTable';
      const { compiled, problems } = prepared(query, context, 'table', undefined, streams);
      const own = streams ? streamingProblems(node) : [];
      const named = node.columns ? { columns: node.columns } : {};
      const parts = { ...definition(node, context), ...named, definition: context.filledText(node.query) };
      return plain({ text, range, kind: node.kind, ...parts, expectations, query: compiled }, [...problems, ...own]);
    }
    case 'insert': {
      const { compiled, problems } = prepared(withDefaults(node.query, [], new Map()), context, undefined);
      const columns = node.columns?.map((name) => name.text);
      const again: Extract<CompiledStatement, { kind: 'insert' }>['withDefaults'] = (names, defaults) =>
        expectKnown(
          context.map,
          () => prepared(withDefaults(node.query, names, defaults), context, undefined).compiled,
        );
      const replaces = node.replaceWhere ? replacedRows(node, node.replaceWhere, context) : undefined;
      const partition = node.partition
        ? new Map([...node.partition].map(([name, value]) => [name, value ?? null]))
        : undefined;
      const statement = {
        kind: 'insert',
        target: target(node.target, context),
        mode: node.mode,
        byName: node.byName,
        query: compiled,
        ...(columns ? { columns } : {}),
        ...(usesDefault(node.query) ? { withDefaults: again } : {}),
        ...(partition ? { partition } : {}),
        ...(replaces ? { replaces: replaces.changes } : {}),
        ...(node.replaceUsing ? { replacesUsing: node.replaceUsing } : {}),
      } as const;
      return plain({ text, range, ...statement }, [...problems, ...(replaces?.problems ?? [])]);
    }
    case 'alterTable': {
      const { change } = node;
      const named = { text, range, kind: 'alterTable', target: target(node.target, context) } as const;
      if (change.kind === 'addColumns') {
        const columns = change.columns.map((column) => definedColumn(column, context));
        return plain({ ...named, change: { ...change, columns } });
      }
      if (change.kind === 'setDefault') {
        const rule = change.rule ? ruleText(change.rule, context.filledText) : undefined;
        const sql = rule?.kind === 'default' ? rule.sql : undefined;
        return plain({ ...named, change: { kind: 'setDefault', column: change.column, sql } });
      }
      if (change.kind !== 'addCheck') return plain({ ...named, change });
      const { problems } = prepared(conditionQuery(node.target, change.condition), context, undefined);
      const condition = context.filledText(change.span).trim();
      return plain({ ...named, change: { kind: 'addCheck', name: change.name, condition } }, problems);
    }
    case 'restore': {
      const { kind, value } = node.pin;
      const at = constantText(value) ?? '';
      const named = { text, range, kind: 'restore', target: target(node.target, context) } as const;
      if (kind === 'timestamp') return plain({ ...named, timestamp: at });
      if (!/^\d+$/.test(at))
        throw new ProblemError({
          code: 'sql.syntax',
          message: 'A version is a whole number.',
          span: value,
          nextStep: 'Give a version of DESCRIBE HISTORY.',
        });
      return plain({ ...named, version: Number(at) });
    }
    case 'truncate':
      return plain({ text, range, kind: 'truncate', target: target(node.target, context) });
    case 'describe': {
      const { what, limit } = node;
      const named = { text, range, kind: 'describe', what, target: target(node.target, context) } as const;
      return plain({ ...named, ...(limit === undefined ? {} : { limit }) });
    }
    case 'optimize':
      return plain({ text, range, kind: 'optimize', target: target(node.target, context), zOrderBy: node.zOrderBy });
    case 'vacuum': {
      const { retainHours, dryRun } = node;
      const named = { text, range, kind: 'vacuum', target: target(node.target, context), dryRun } as const;
      return plain({ ...named, ...(retainHours === undefined ? {} : { retainHours }) });
    }
    case 'copyInto': {
      const { compiled, problems } = prepared(node.query, context, undefined, undefined, true);
      const { mergeSchema, force, columns } = node;
      const named = { text, range, kind: 'copyInto', target: target(node.target, context) } as const;
      const byPosition = columns ? { columns } : {};
      return plain({ ...named, ...byPosition, query: compiled, mergeSchema, force }, problems);
    }
    case 'set':
      return plain({ text, range, kind: 'set', key: node.key, value: node.value });
    case 'merge':
    case 'update':
    case 'delete':
      return modification(node, context);
    case 'createFunction':
    case 'dropFunction':
    case 'declareVariable':
    case 'setVariable':
    case 'setVariables':
    case 'dropVariable':
    case 'executeImmediate':
      return compileProgramNode(node, context);
    case 'compound':
      throw new Error('a script is compiled step by step');
    case 'createTable': {
      const columns = node.columns.map((column) => definedColumn(column, context));
      const keys = node.keys.map((key) => compileKey(key, (parts) => target(parts, context)));
      return plain({ text, range, kind: 'createTable', columns, keys, ...definition(node, context) });
    }
    case 'createTableAs': {
      const { compiled, problems } = prepared(node.query, context, 'table');
      return plain({ text, range, kind: 'createTableAs', query: compiled, ...definition(node, context) }, problems);
    }
  }
}

/** The rows that INSERT ... REPLACE WHERE replaces: those that a DELETE with its condition would remove. */
function replacedRows(
  { target: names }: Extract<StatementNode, { kind: 'insert' }>,
  where: Expression,
  context: StatementContext,
): { changes: (columns: readonly string[]) => CompiledQuery; problems: readonly Problem[] } {
  const node = { kind: 'delete', target: names, alias: undefined, where } as const;
  const maker = new QueryMaker(context);
  changedRows(node, maker, []);
  const changes = (columns: readonly string[]): CompiledQuery => changedRows(node, new QueryMaker(context), columns);
  return { changes, problems: maker.problems };
}

/** What UPDATE, DELETE and MERGE ask for is known once the engine tells the columns; what can be said before is said here. */
function modification(node: ModifyNode, context: StatementContext): Compiled {
  const { text, range, map } = context;
  const maker = new QueryMaker(context);
  /** Problems of names and types come as the binding's do. */
  const late = <T>(make: (maker: QueryMaker) => T): T => expectKnown(map, () => make(new QueryMaker(context)));
  const base = { text, range, target: target(node.target, context) };
  if (node.kind === 'merge') {
    const source = mergeSource(node, maker);
    mergePlan(node, maker, { target: [], source: [] });
    const plan: Modification<'merge'>['plan'] = (columns) => late((again) => mergePlan(node, again, columns));
    const statement = {
      ...base,
      kind: 'merge',
      evolves: node.evolves,
      brings: broughtByMerge(node),
      source,
      plan,
    } as const;
    return { statement, problems: maker.problems };
  }
  changedRows(node, maker, []);
  const changes: Modification<'update'>['changes'] = (columns, defaults, fields) =>
    late((again) => changedRows(node, again, columns, defaults, fields));
  const statement: CompiledStatement =
    node.kind === 'update'
      ? { ...base, kind: 'update', assigned: assignedColumns(node, node.assignments), changes }
      : { ...base, kind: 'delete', everyRow: !node.where, changes };
  return { statement, problems: maker.problems };
}

type Modification<K extends 'merge' | 'update'> = Extract<CompiledStatement, { kind: K }>;

/** A problem that ends the translation, as the engine's callers know it. */
function expectKnown<T>(map: SourceMap, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message, nextStep, span } = error.problem;
    throw new ExpectedError({
      code,
      message,
      nextStep,
      range: map.range(span),
      diagnostics: [map.diagnostic(error.problem)],
    });
  }
}

function definedColumn({ rule, ...column }: ColumnNode, { filledText }: StatementContext): ColumnDefinition {
  return rule ? { ...column, rule: ruleText(rule, filledText) } : column;
}

function definition(
  node: TableDefinitionParts,
  context: StatementContext,
): Omit<Extract<CompiledStatement, { kind: 'createTable' }>, 'kind' | 'columns' | 'keys' | 'text' | 'range'> {
  const { mode, partitionedBy, clusteredBy, comment, properties } = node;
  return {
    target: target(node.target, context),
    mode,
    partitionedBy,
    clusteredBy,
    properties,
    ...(comment === undefined ? {} : { comment }),
  };
}

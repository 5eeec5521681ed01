import type { CompiledQuery, CompiledStatement } from '../contract.ts';
import type { StatementContext } from '../statement-context.ts';
import type { Expression, Name, Query } from '../syntax/nodes.ts';
import type { Problem, Span } from '../syntax/problem.ts';
import { contains } from '../syntax/walk.ts';
import type { CreateFunctionNode, DropFunctionNode } from '../syntax/routines.ts';
import type { VariableNode } from '../syntax/variables.ts';
import { prepareQuery } from '../translate/bind.ts';
import { BIGINT } from '../types/spark-type.ts';
import { defineFunction } from './define-function.ts';
import { expectNone } from './refuse-problems.ts';
import { typeOf } from './sql-function.ts';

interface Compiled {
  readonly statement: CompiledStatement;
  readonly problems: readonly Problem[];
}

/** Statements about functions and variables as what the engine does. */
export function compileProgramNode(
  node: CreateFunctionNode | DropFunctionNode | VariableNode,
  context: StatementContext,
): Compiled {
  const { text, range } = context;
  const named = { text, range };
  switch (node.kind) {
    case 'createFunction': {
      const { temporary, mode } = node;
      const define: Extract<CompiledStatement, { kind: 'createFunction' }>['define'] = (full, home, views) => {
        const defined = defineFunction(node, context, full, home, views);
        expectNone(context.map, defined.problems);
        return defined;
      };
      const name = texts(node.name);
      const { problems } = defineFunction(node, context, name.join('.'), {}, []);
      return { statement: { ...named, kind: 'createFunction', name, temporary, mode, define }, problems };
    }
    case 'dropFunction': {
      const { temporary, ifExists } = node;
      return {
        statement: { ...named, kind: 'dropFunction', name: texts(node.name), temporary, ifExists },
        problems: [],
      };
    }
    case 'dropVariable':
      return {
        statement: { ...named, kind: 'dropVariable', name: texts(node.name), ifExists: node.ifExists },
        problems: [],
      };
    case 'declareVariable': {
      const { query, problems: own } = valueQuery(context, [declared(node)]);
      const asks = node.value && contains(node.value, ({ kind }) => ASKS.has(kind));
      const problems = asks ? [...own, subqueryInDefault(node.value)] : own;
      const names = node.names.map(texts);
      return { statement: { ...named, kind: 'declareVariable', names, orReplace: node.orReplace, query }, problems };
    }
    case 'setVariable': {
      const steps = node.assignments.map(({ target, value }) => {
        const { query, problems } = valueQuery(context, [value ?? one(context)]);
        const assignment = {
          targets: [texts(target)],
          values: [value ? 0 : undefined],
          query,
          ofQuery: false,
        } as const;
        return { assignment, problems };
      });
      const [first, ...others] = steps;
      if (!first) throw new Error('SET VAR without an assignment');
      const more = others.map(({ assignment }) => assignment);
      const statement = { ...named, kind: 'setVariables', ...first.assignment, more } as const;
      return { statement, problems: steps.flatMap(({ problems }) => problems) };
    }
    case 'setVariables': {
      const { compiled: query, problems } = prepared(context, node.query);
      const values = node.targets.map((_, at) => at);
      const targets = node.targets.map(texts);
      return {
        statement: { ...named, kind: 'setVariables', targets, values, query, ofQuery: true, more: [] },
        problems,
      };
    }
    case 'executeImmediate': {
      const command = valueQuery(context, [node.text]);
      const using = node.using.map(({ name, value }) => ({ name, ...valueQuery(context, [value]) }));
      const problems = [...command.problems, ...using.flatMap((value) => value.problems)];
      const into = node.into.map(texts);
      const values = using.map(({ name, query }) => ({ name, query }));
      const statement = { ...named, kind: 'executeImmediate', command: command.query, into, using: values } as const;
      return { statement, problems };
    }
  }
}

const ASKS: ReadonlySet<Expression['kind']> = new Set(['scalarQuery', 'exists', 'inQuery']);

function subqueryInDefault({ start, end }: Span): Problem {
  const message = '[INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION] The first value of a variable asks no subquery.';
  return {
    code: 'sql.syntax',
    message,
    span: { start, end },
    nextStep: 'Declare it, then SET VAR it to the subquery.',
  };
}

function texts(parts: readonly Name[]): string[] {
  return parts.map(({ text }) => text);
}

/** A variable's first value, of its type; NULL where none is given. */
function declared({ typeText, value, names }: Extract<VariableNode, { kind: 'declareVariable' }>): Expression {
  const [first] = names[0] ?? [];
  const span = value ?? first ?? { start: 0, end: 0 };
  const places = { start: span.start, end: span.end };
  const operand: Expression = value ?? { kind: 'literal', type: { kind: 'void' }, value: null, ...places };
  return typeText === undefined ? operand : { kind: 'cast', operand, type: typeOf(typeText), trying: false, ...places };
}

function one({ text }: StatementContext): Expression {
  return { kind: 'literal', type: BIGINT, value: '1', start: 0, end: text.length };
}

/** `SELECT value AS c0, ...`, whose names are Spark's own. */
export function valueQuery(
  context: Pick<StatementContext, 'profile' | 'map' | 'names' | 'usesMetadata'>,
  values: readonly Expression[],
): { readonly query: CompiledQuery; readonly problems: readonly Problem[] } {
  const { compiled, problems } = prepared(context, selectValues(values));
  return { query: compiled, problems };
}

/** A value as the only column of a query of one row. */
export function selectNode(value: Expression): { readonly kind: 'query'; readonly query: Query } {
  return { kind: 'query', query: selectValues([value]) };
}

function selectValues(values: readonly Expression[]): Query {
  const span: Span = { start: values[0]?.start ?? 0, end: values.at(-1)?.end ?? 0 };
  const items = values.map((expression, at) => {
    const alias = { text: `c${at}`, start: expression.start, end: expression.end };
    return { expression, alias, aliases: undefined, start: expression.start, end: expression.end };
  });
  const nothing = { where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: new Map() };
  return {
    with: [],
    body: { kind: 'select', distinct: false, items, from: undefined, ...nothing, ...span },
    orderBy: [],
    orderByAll: undefined,
    limit: undefined,
    offset: undefined,
    ...span,
  };
}

function prepared(
  { profile, map, names, usesMetadata }: Pick<StatementContext, 'profile' | 'map' | 'names' | 'usesMetadata'>,
  query: Query,
): { compiled: CompiledQuery; problems: readonly Problem[] } {
  return prepareQuery(query, profile, map, { stores: undefined, streams: false, usesMetadata, names });
}

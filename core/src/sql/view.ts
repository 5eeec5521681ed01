import type { CompiledStatement } from './contract.ts';
import { type Compiled, prepared, type StatementContext, target } from './statement-context.ts';
import type { Name, Query } from './syntax/nodes.ts';
import { type Problem, type Span } from './syntax/problem.ts';
import type { StatementNode } from './syntax/statement-nodes.ts';

type ViewNode = Extract<StatementNode, { kind: 'createTemporaryView' | 'createView' | 'alterView' | 'showViews' }>;

/** A statement about views as what the engine does. */
export function compileView(node: ViewNode, context: StatementContext): Compiled {
  const { text, range } = context;
  const plain = (statement: CompiledStatement, problems: readonly Problem[] = []): Compiled => ({
    statement,
    problems,
  });
  switch (node.kind) {
    case 'createTemporaryView': {
      const { orReplace, global, collation } = node;
      const within = collated(node, context);
      const { compiled, problems } = prepared(node.query, within.context, 'view', columnNames(node));
      const named = { kind: 'createTemporaryView', name: node.name.text, global, orReplace } as const;
      const own = collation === undefined ? {} : { collation };
      return plain({ text, range, ...named, ...own, query: compiled }, [...problems, ...within.problems]);
    }
    case 'createView': {
      const { mode, comment, columns, collation, schemaMode, properties } = node;
      const within = collated(node, context);
      const { compiled, problems } = prepared(node.query, within.context, 'table', columnNames(node));
      const named = { kind: 'createView', target: target(node.target, context), mode, properties } as const;
      const statement: CompiledStatement = {
        text,
        range,
        ...named,
        definition: context.filledText(node.query),
        query: compiled,
        ...(columns ? { columns } : {}),
        ...(comment === undefined ? {} : { comment }),
        ...(collation === undefined ? {} : { collation }),
        ...(schemaMode === undefined ? {} : { schemaMode }),
      };
      return plain(statement, [...problems, ...within.problems]);
    }
    case 'alterView': {
      const named = { text, range, kind: 'alterView', target: target(node.target, context) } as const;
      const { change } = node;
      if (change.kind !== 'as') return plain({ ...named, change });
      const { compiled, problems } = prepared(change.query, context, 'table');
      const definition = context.filledText(change.query);
      return plain({ ...named, change: { kind: 'as', definition, query: compiled } }, problems);
    }
    case 'showViews': {
      const [schema, catalog] = node.parts.map((part) => part.text).toReversed();
      return plain({
        text,
        range,
        kind: 'showViews',
        ...(catalog === undefined ? {} : { catalog }),
        ...(schema === undefined ? {} : { schema }),
        ...(node.pattern === undefined ? {} : { pattern: node.pattern }),
      });
    }
  }
}

/** The texts of a view with a collation of its own have that. */
function collated(
  { collation, query }: { readonly collation: string | undefined; readonly query: Query },
  context: StatementContext,
): { readonly context: StatementContext; readonly problems: readonly Problem[] } {
  if (collation === undefined || collation === 'UTF8_BINARY') return { context, problems: [] };
  return { context: { ...context, profile: { ...context.profile, collation } }, problems: plainTypes(query, context) };
}

/** A type with UTF8_BINARY is read as one without a collation, which here would take the view's. */
function plainTypes({ start, end }: Query, { filledText }: StatementContext): Problem[] {
  if (!/\bstring\s+collate\s+[`\w.]*utf8_binary\b/i.test(filledText({ start, end }))) return [];
  return [
    {
      code: 'sql.not-emulated',
      message: 'STRING COLLATE UTF8_BINARY in a view with DEFAULT COLLATION is not emulated locally.',
      span: { start, end },
      nextStep: 'Write COLLATE UTF8_BINARY after the value.',
    },
  ];
}

function columnNames({
  columns,
  query: { start, end },
}: {
  readonly columns: readonly { readonly name: string }[] | undefined;
  readonly query: Span;
}): Name[] | undefined {
  return columns?.map(({ name }) => ({ text: name, start, end }));
}

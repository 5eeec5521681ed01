import type { ComputeProfile } from '../contract.ts';
import type { Call, Expression, Query, Source } from '../syntax/nodes.ts';
import type { Problem, Span } from '../syntax/problem.ts';
import type { SourceMap } from '../syntax/source-map.ts';
import type { CreateFunctionNode, ParameterNode } from '../syntax/routines.ts';
import { prepareQuery } from '../translate/bind.ts';
import type { DefinedFunction } from './program-statement.ts';
import type { SessionNames } from './session-names.ts';
import type { FunctionDefinition, FunctionHome, ParameterDefinition } from '../../lake/stored-function.ts';
import { parseFunction, typeOf } from './sql-function.ts';

interface Context {
  readonly profile: ComputeProfile;
  readonly map: SourceMap;
  readonly names: SessionNames;
  readonly filledText: (span: Span) => string;
}

/** The name that the function's own check calls it by. */
const SELF = '\u0000self';

/** CREATE FUNCTION with the names around it. @throws ProblemError where its texts cannot be read. */
export function defineFunction(
  node: CreateFunctionNode,
  context: Context,
  name: string,
  home: FunctionHome,
  views: readonly string[],
): DefinedFunction & { readonly problems: readonly Problem[] } {
  const { returns } = node;
  const draft: FunctionDefinition = {
    name,
    temporary: node.temporary,
    parameters: node.parameters.map((one) => parameter(one, context)),
    returns:
      returns.kind === 'table'
        ? {
            kind: 'table',
            ...(returns.columns ? { columns: returns.columns.map((one) => parameter(one, context)) } : {}),
          }
        : { kind: 'scalar', ...(returns.typeText === undefined ? {} : { typeText: returns.typeText }) },
    body: context.filledText(node.bodySpan),
    readsData: false,
    ...(node.deterministic === undefined ? {} : { deterministic: node.deterministic }),
    ...(node.comment === undefined ? {} : { comment: node.comment }),
    ansi: context.profile.ansi,
    home,
    views,
  };
  const self = parseFunction(draft);
  const calls = { data: false };
  const names: SessionNames = {
    function: (parts, caller) => {
      if (parts[0] === SELF) return self;
      const found = context.names.function(parts, caller);
      calls.data ||= found !== undefined && found !== 'unknown' && found.definition.readsData;
      return found;
    },
    variable: (parts) => (node.temporary ? context.names.variable(parts) : undefined),
    parameter: () => undefined,
  };
  const use = { stores: undefined, streams: false, usesMetadata: false, names };
  const { compiled, problems } = prepareQuery(checkQuery(node), context.profile, context.map, use);
  const reads = calls.data || compiled.relations.length > 0;
  const definition: FunctionDefinition = { ...draft, readsData: reads || node.dataAccess === 'READS SQL DATA' };
  return {
    definition,
    problems: [...problems, ...dataAccess(node, reads)],
    check: compiled,
    completed: (columns) => {
      if (definition.returns.kind === 'table')
        return definition.returns.columns ? definition : { ...definition, returns: { kind: 'table', columns } };
      const typeText = definition.returns.typeText ?? columns[0]?.typeText;
      return { ...definition, returns: { kind: 'scalar', ...(typeText === undefined ? {} : { typeText }) } };
    },
  };
}

function parameter(
  { name, typeText, defaultValue, comment }: ParameterNode,
  { filledText }: Context,
): ParameterDefinition {
  return {
    name,
    typeText,
    ...(defaultValue ? { defaultText: filledText(defaultValue) } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** A call with a NULL of each parameter's type, and one more for each default: as its statement would make it. */
function checkQuery(node: CreateFunctionNode): Query {
  const span = { start: node.bodySpan.start, end: node.bodySpan.end };
  const call = (withDefaults: boolean): Call => ({
    kind: 'call',
    name: SELF,
    nameSpan: span,
    args: node.parameters
      .filter(({ defaultValue }) => !withDefaults || !defaultValue)
      .map(({ typeText: text }): Expression => ({
        kind: 'cast',
        operand: { kind: 'literal', type: { kind: 'void' }, value: null, ...span },
        type: typeOf(text),
        trying: false,
        ...span,
      })),
    named: [],
    distinct: false,
    ignoreNulls: false,
    ...span,
  });
  const calls = node.parameters.some(({ defaultValue }) => defaultValue) ? [call(false), call(true)] : [call(false)];
  const tail = { with: [], orderBy: [], orderByAll: undefined, limit: undefined, offset: undefined, ...span };
  const nothing = { where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: new Map() };
  const alias = { name: undefined, columns: undefined };
  if (node.returns.kind === 'scalar')
    return {
      ...tail,
      body: {
        kind: 'select',
        distinct: false,
        items: calls.map((expression) => ({ expression, alias: undefined, aliases: undefined, ...span })),
        from: undefined,
        ...nothing,
        ...span,
      },
    };
  const star: Expression = { kind: 'star', qualifier: [], except: [], ...span };
  const [from] = calls.map((one): Source => ({ kind: 'tableFunction', call: one, alias, stream: false, ...span }));
  return {
    ...tail,
    body: {
      kind: 'select',
      distinct: false,
      items: [{ expression: star, alias: undefined, aliases: undefined, ...span }],
      from,
      ...nothing,
      ...span,
    },
  };
}

function dataAccess(node: CreateFunctionNode, reads: boolean): Problem[] {
  if (!reads || node.dataAccess !== 'CONTAINS SQL') return [];
  const message = 'A function that CONTAINS SQL reads no table.';
  return [{ code: 'sql.function-data-access', message, span: node.bodySpan, nextStep: 'Write READS SQL DATA.' }];
}

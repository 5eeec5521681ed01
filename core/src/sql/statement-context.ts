import type { SourceRange } from '../base/diagnostic.ts';
import type { CompiledQuery, CompiledStatement, ComputeProfile, TableReference } from './contract.ts';
import type { SessionNames } from './program/session-names.ts';
import type { Name, Query } from './syntax/nodes.ts';
import type { Problem, Span } from './syntax/problem.ts';
import type { SourceMap } from './syntax/source-map.ts';
import { prepareQuery, type QueryUse } from './translate/bind.ts';
import { tableReference } from './translate/catalog.ts';

/** Where a statement stands, and how it is evaluated. */
export interface StatementContext {
  readonly text: string;
  readonly range: SourceRange;
  readonly map: SourceMap;
  readonly profile: ComputeProfile;
  readonly usesMetadata: boolean;
  readonly names: SessionNames;
  /** A part of the source with its parameters filled in. */
  readonly filledText: (span: Span) => string;
}

export interface Compiled {
  readonly statement: CompiledStatement;
  readonly problems: readonly Problem[];
}

/** A statement's query, and what can be said of it without its relations' columns. */
export function prepared(
  query: Query,
  context: StatementContext,
  stores: QueryUse['stores'],
  columns?: readonly Name[],
  streams = false,
): { compiled: CompiledQuery; problems: readonly Problem[] } {
  return prepareQuery(query, context.profile, context.map, {
    stores,
    columns,
    streams,
    usesMetadata: context.usesMetadata,
    names: context.names,
  });
}

/** The relation that a statement names. */
export function target(parts: readonly Name[], { map, range }: StatementContext): TableReference {
  const [first] = parts;
  const last = parts.at(-1);
  // A name that is not known yet is only analyzed, never run.
  const reference = first && last ? tableReference(parts, { start: first.start, end: last.end }, map) : undefined;
  return reference ?? { table: '', range };
}

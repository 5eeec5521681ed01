import type { Diagnostic } from '../../base/diagnostic.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import type { BoundQuery, CompiledQuery, LakeRelation, TableReference } from '../contract.ts';
import { Trace } from '../translate/trace.ts';
import type { KnownColumn } from './known-lake.ts';
import type { KnownNames } from './known-names.ts';
import { asRelationColumns, changeColumns, filesColumns, hubColumns } from './relation-columns.ts';
import type { WrittenColumns } from './sources.ts';

/** A relation that a query reads. */
export interface RelationFact {
  /** What lineage calls it: a table's name, a path. */
  readonly id: string;
  readonly columns: readonly KnownColumn[] | undefined;
  readonly description?: string | undefined;
  /** Set where it is no place of the lake but rows of a query: its columns are looked through. */
  readonly made?: WrittenColumns | undefined;
}

/** One query of a statement, bound as far as its relations are known. */
export interface BoundPart {
  readonly query: CompiledQuery;
  readonly trace: Trace;
  /** By placeholder. */
  readonly relations: ReadonlyMap<string, RelationFact>;
  /** Undefined where it is refused, which `diagnostics` say. */
  readonly bound: BoundQuery | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the names of a query are looked up in. */
export interface Names {
  readonly known: KnownNames;
  /** The temporary views of the file, by name in lower case. */
  readonly temporary: ReadonlyMap<string, WrittenColumns>;
}

type Locals = Partial<Readonly<Record<'target' | 'source', RelationFact>>>;

export function bindPart(names: Names, query: CompiledQuery, locals: Locals = {}): BoundPart {
  const relations = new Map(query.relations.map((one) => [one.placeholder, factOf(names, one, locals)] as const));
  const trace = new Trace();
  const columnsOf = (placeholder: string): ReturnType<typeof asRelationColumns> | undefined => {
    const columns = relations.get(placeholder)?.columns;
    return columns && asRelationColumns(columns);
  };
  const part = { query, trace, relations };
  try {
    return { ...part, bound: query.bind(columnsOf, trace), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { ...part, bound: undefined, diagnostics: diagnosticsOf(error) };
  }
}

export function diagnosticsOf(error: ExpectedError): readonly Diagnostic[] {
  const { code, message, nextStep, range, diagnostics } = error;
  if (diagnostics.length > 0) return diagnostics;
  return [{ severity: 'error', code, message, ...(range ? { range } : {}), nextStep }];
}

function factOf(names: Names, relation: LakeRelation, locals: Locals): RelationFact {
  switch (relation.kind) {
    case 'files':
      return { id: relation.path, columns: filesColumns(relation) };
    case 'hubs':
      return { id: `eventhubs://${relation.source.hubs.join(',')}`, columns: hubColumns() };
    case 'local':
      return locals[relation.relation] ?? { id: relation.relation, columns: undefined };
    case 'table': {
      const found = tableFact(names, relation.table);
      const changes = relation.changes && found.columns;
      return changes ? { ...found, columns: changeColumns(changes) } : found;
    }
  }
}

export function tableFact({ known, temporary }: Names, table: TableReference): RelationFact {
  const found = known.find(table);
  const made = found?.kind === 'temporaryView' ? temporary.get(found.id.toLowerCase()) : undefined;
  const { catalog = known.catalog, schema = known.schema } = table;
  const written = [catalog, schema, table.table].filter((part) => part !== undefined).join('.');
  return { id: found?.id ?? written, columns: found?.columns, description: found?.description, made };
}

import type { ContractTable } from '../../contracts/contract.ts';
import type { KnownRelation } from './known-lake.ts';

/** What contracts say of tables: they name no catalog. */
export function contractRelations(tables: readonly ContractTable[]): readonly KnownRelation[] {
  return tables.flatMap(({ name, description, columns }): KnownRelation[] => {
    const [schema, table, more] = name.split('.');
    if (schema === undefined || table === undefined || more !== undefined) return [];
    const known = columns.map((column) => ({
      name: column.name,
      typeText: column.physicalType,
      description: column.description,
    }));
    return [{ schema, name: table, kind: 'table', source: 'contract', description, columns: known }];
  });
}

import type { StatementResult } from '../../../../kit/executors.ts';
import type { DatabricksState } from '../../state.ts';
import type { ThriftStruct } from './binary-protocol.ts';

type Rows = readonly (readonly (string | null)[])[];

/** A question of the protocol about the catalog, with the columns of its answer. */
interface Question {
  /** TOperationType. */
  readonly type: number;
  readonly columns: StatementResult['columns'];
  readonly rows: (state: DatabricksState, request: ThriftStruct) => Rows;
}

const texts = (...names: readonly string[]): StatementResult['columns'] =>
  names.map((name) => ({ name, typeText: 'string' }));

/** By the method that asks it. Columns as Hive's service has them, which JDBC took over. */
export const questions: Readonly<Record<string, Question>> = {
  GetCatalogs: {
    type: 2,
    columns: texts('TABLE_CAT'),
    rows: (state) => sorted(state.catalogs.values().map(({ name }) => [name])),
  },
  GetSchemas: {
    type: 3,
    columns: texts('TABLE_SCHEM', 'TABLE_CATALOG'),
    rows: (state, request) => {
      const fits = all(exactly(request.text(2)), like(request.text(3)));
      return sorted(
        state.schemas.values().flatMap(({ catalog, name }) => (fits(catalog, name) ? [[name, catalog]] : [])),
      );
    },
  },
  GetTables: {
    type: 4,
    columns: texts('TABLE_CAT', 'TABLE_SCHEM', 'TABLE_NAME', 'TABLE_TYPE', 'REMARKS'),
    rows: (state, request) => {
      const fits = all(exactly(request.text(2)), like(request.text(3)), like(request.text(4)));
      return sorted(
        state.tables
          .values()
          .flatMap(({ catalog, schema, name, type, comment }) =>
            fits(catalog, schema, name)
              ? [[catalog, schema, name, type === 'VIEW' ? 'VIEW' : 'TABLE', comment ?? null]]
              : [],
          ),
      );
    },
  },
  GetTableTypes: { type: 5, columns: texts('TABLE_TYPE'), rows: () => [['TABLE'], ['VIEW']] },
  GetColumns: {
    type: 6,
    columns: [
      ...texts('TABLE_CAT', 'TABLE_SCHEM', 'TABLE_NAME', 'COLUMN_NAME', 'TYPE_NAME'),
      { name: 'ORDINAL_POSITION', typeText: 'int' },
      ...texts('IS_NULLABLE', 'REMARKS'),
    ],
    rows: (state, request) => {
      const fits = all(exactly(request.text(2)), like(request.text(3)), like(request.text(4)));
      const named = like(request.text(5));
      return state.tables
        .values()
        .filter(({ catalog, schema, name }) => fits(catalog, schema, name))
        .toSorted((a, b) => (`${a.catalog}.${a.schema}.${a.name}` < `${b.catalog}.${b.schema}.${b.name}` ? -1 : 1))
        .flatMap(({ catalog, schema, name, columns }) =>
          columns
            .filter((column) => named(column.name))
            .map((column): (string | null)[] => [
              catalog,
              schema,
              name,
              column.name,
              column.type_text.toUpperCase(),
              String(column.position + 1),
              column.nullable ? 'YES' : 'NO',
              column.comment ?? null,
            ]),
        );
    },
  },
};

type Fits = (name: string) => boolean;

/** Absent and empty ask for all. */
const exactly =
  (wanted = ''): Fits =>
  (name) =>
    wanted === '' || wanted.toLowerCase() === name.toLowerCase();

/** `%` for any text, `_` for one character, `\` before either for itself. */
function like(pattern = ''): Fits {
  if (pattern === '' || pattern === '*') return () => true;
  const source = pattern.replaceAll(/\\([\s\S])|[%_]|[.*+?^$()[\]{}|\\]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^$()[\]{}|\\]/, String.raw`\$&`);
    return found === '%' ? '.*' : found === '_' ? '.' : `\\${found}`;
  });
  const expression = new RegExp(`^${source}$`, 'is');
  return (name) => expression.test(name);
}

const all =
  (...each: readonly Fits[]) =>
  (...names: readonly string[]): boolean =>
    each.every((fits, at) => fits(names[at] ?? ''));

const sorted = (rows: (string | null)[][]): Rows => rows.toSorted((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));

import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBListValue,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  VARCHAR,
} from '@duckdb/node-api';
import type { NativeFunction } from '../../sql/contract.ts';

type NativeType = NativeFunction['returns'];
type NativeValue = Parameters<NativeFunction['evaluate']>[0][number];

const TYPES: Readonly<Record<NativeType, DuckDBType>> = {
  VARCHAR,
  DOUBLE,
  INTEGER,
  BIGINT,
  BOOLEAN,
  BLOB,
  'VARCHAR[]': LIST(VARCHAR),
  'DOUBLE[]': LIST(DOUBLE),
  'BIGINT[]': LIST(BIGINT),
  'BLOB[]': LIST(BLOB),
};

/** Makes the dialect's JavaScript functions known to an instance; every connection of it, and every macro, may call them then. */
export function registerNativeFunctions(connection: DuckDBConnection, functions: readonly NativeFunction[]): void {
  for (const one of functions) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: one.name,
        parameterTypes: one.parameters.map((type) => TYPES[type]),
        returnType: TYPES[one.returns],
        mainFunction: (_info, input, output) => {
          const columns = one.parameters.map((_, at) => input.getColumnValues(at));
          for (let row = 0; row < input.rowCount; row++) output.setItem(row, answer(one, columns, row));
          output.flush();
        },
      }),
    );
  }
}

function answer(
  { evaluate }: NativeFunction,
  columns: readonly ReturnType<DuckDBDataChunk['getColumnValues']>[],
  row: number,
): DuckDBValue {
  const args: NativeValue[] = [];
  for (const column of columns) {
    const value = column[row] ?? null;
    if (value === null) return null;
    args.push(toJavaScript(value));
  }
  return toDuckdb(evaluate(args));
}

function toJavaScript(value: NonNullable<DuckDBValue>): NativeValue {
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue)
    return value.items.map((item) => (item instanceof DuckDBBlobValue ? item.bytes : item)) as NativeValue;
  return value as string | number | bigint | boolean;
}

function toDuckdb(value: NativeValue | null): DuckDBValue {
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (typeof value !== 'object' || value === null) return value;
  return new DuckDBListValue([...value].map((item) => (item instanceof Uint8Array ? new DuckDBBlobValue(item) : item)));
}

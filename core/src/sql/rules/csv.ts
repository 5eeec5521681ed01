import { corruptColumn, inferCsvSchema } from '../functions/csv-record.ts';
import { described, fromCarrier, isReadable, toCarrier } from '../translate/carrier.ts';
import { refuse } from '../translate/environment.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { isUnknown, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';
import { optionsOf } from './function-options.ts';
import { schemaArgument } from './json.ts';

const OPTIONS: ReadonlySet<string> = new Set(['mode', 'delimiter', 'sep']);
const READ_OPTIONS: ReadonlySet<string> = new Set([...OPTIONS, 'quote', 'nullvalue', 'columnnameofcorruptrecord']);
const NESTED = new Set(['array', 'map', 'struct', 'variant']);

/** One character parts fields; what Spark reads in another way is refused. */
function csvOptions(call: FunctionCall, at: number, known = OPTIONS): Readonly<Record<string, string>> | undefined {
  const options = optionsOf(call, at, known);
  const delimiter = options?.['delimiter'] ?? options?.['sep'] ?? ',';
  const quote = options?.['quote'] ?? '"';
  const blanks = known === READ_OPTIONS ? /^[^"\\\r\n]$/ : /^[^"\\\s]$/;
  const parts = blanks.test(delimiter) && /^[^\\\s]?$/.test(quote) && quote !== delimiter;
  if (options && parts && options['mode']?.toUpperCase() !== 'DROPMALFORMED') return options;
  if (options) refuse(call.environment, `These options of ${call.name}`, argumentSpan(call, at));
  return undefined;
}

/** Fields of scalars; that for what does not fit is a text. */
function isReadInto(type: SparkType, corrupt: string): boolean {
  if (type.kind !== 'struct' || !isReadable(type) || type.fields.every(({ name }) => name === corrupt)) return false;
  return type.fields.every(({ name, type: one }) => (name === corrupt ? one.kind === 'string' : !NESTED.has(one.kind)));
}

function fromCsv(call: FunctionCall): Translated {
  const text = argument(call, 0, 'text').sql;
  const name = `from_csv(${call.args[0]?.name ?? ''})`;
  if (!call.args[1] || isUnknown(call.args[1].type)) return { sql: 'NULL', type: UNKNOWN, name };
  const type = schemaArgument(call, 1);
  const options = csvOptions(call, 2, READ_OPTIONS);
  if (!type || !options) return { sql: 'NULL', type: UNKNOWN, name };
  if (!isReadInto(type, corruptColumn(options)))
    return { ...refuse(call.environment, 'from_csv with this schema', argumentSpan(call, 1)), name };
  return { sql: fromCarrier(`spark_from_csv(${text}, ${described(type, options)})`, type), type, name };
}

/** Bytes and intervals have texts that the session's configuration and the version decide. */
function isWritten({ kind }: SparkType): boolean {
  return (
    !NESTED.has(kind) &&
    !kind.startsWith('interval') &&
    !['binary', 'time', 'unknown', 'geometry', 'geography'].includes(kind)
  );
}

function toCsv(call: FunctionCall): Translated {
  const [value] = call.args;
  const name = `to_csv(${value?.name ?? ''})`;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: STRING, name };
  const options = csvOptions(call, 1);
  if (!options) return { sql: 'NULL', type: STRING, name };
  if (value.type.kind !== 'struct' || !value.type.fields.every((field) => isWritten(field.type)))
    return { ...refuse(call.environment, 'to_csv of this type', argumentSpan(call, 0)), name };
  const sql = `spark_to_csv(${toCarrier(value.sql, value.type)}, ${described(value.type, options)})`;
  return { sql, type: STRING, name };
}

function schemaOfCsv(call: FunctionCall): Translated {
  const [csv] = call.args;
  const name = `schema_of_csv(${csv?.name ?? ''})`;
  const options = csvOptions(call, 1);
  if (!csv || isUnknown(csv.type) || !options) return { sql: 'NULL', type: STRING, name };
  const schema =
    typeof csv.literal === 'string' && csv.type.kind === 'string' ? inferCsvSchema(csv.literal, options) : undefined;
  if (schema === undefined) return refuse(call.environment, 'schema_of_csv of this', argumentSpan(call, 0));
  return { sql: quoteText(schema), type: STRING, name, literal: schema };
}

export const CSV_RULES: FunctionTable = {
  from_csv: custom([2, 3], fromCsv),
  to_csv: custom([1, 2], toCsv),
  schema_of_csv: custom([1, 2], schemaOfCsv),
};

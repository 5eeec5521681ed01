import { inferXmlSchema } from '../functions/xml/infer-schema.ts';
import { XML_OPTIONS, type XmlOptions, xmlOptions } from '../functions/xml/options.ts';
import { described, fromCarrier, isCarried, isReadable, toCarrier } from '../translate/carrier.ts';
import { refuse, report } from '../translate/environment.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { holds, isUnknown, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';
import { type Options, optionsOf } from './function-options.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';
import { schemaArgument } from './json.ts';

/** The options as they are given, and what they say; undefined where one is refused. */
function optionsArgument(call: FunctionCall, at: number): { given: Options; read: XmlOptions } | undefined {
  const given = optionsOf(call, at, XML_OPTIONS);
  const read = given && xmlOptions(given);
  if (given && read) return { given: { dateformat: 'yyyy-MM-dd', ...given }, read };
  if (given) {
    const next = 'Correct the options.';
    report(call.environment, 'sql.type-mismatch', `${call.name} takes no such options.`, argumentSpan(call, at), next);
  }
  return undefined;
}

function fromXml(call: FunctionCall): Translated {
  const text = argument(call, 0, 'text').sql;
  const name = `from_xml(${call.args[0]?.name ?? ''})`;
  if (!call.args[1] || isUnknown(call.args[1].type)) return { sql: 'NULL', type: UNKNOWN, name };
  const type = schemaArgument(call, 1);
  const options = optionsArgument(call, 2);
  if (!type || !options) return { sql: 'NULL', type: UNKNOWN, name };
  const refused = unreadable(type, options.read);
  if (refused !== undefined) return { ...refuse(call.environment, refused, argumentSpan(call, 1)), name };
  return { sql: fromCarrier(`spark_from_xml(${text}, ${described(type, options.given)})`, type), type, name };
}

function unreadable(type: SparkType, { corruptColumn, mode }: XmlOptions): string | undefined {
  if (mode !== 'PERMISSIVE' && mode !== 'FAILFAST') return `from_xml in mode ${mode}`;
  if (type.kind !== 'struct') return `from_xml as ${type.kind}`;
  if (type.fields.some((field) => field.name === corruptColumn && field.type.kind !== 'string'))
    return 'A corrupt record in other than a STRING';
  if (!isReadable(type) || (['variant', 'binary', 'time'] as const).some((kind) => holds(type, kind)))
    return 'A type in this schema';
  // Spark puts one value where an array is to be, and fails.
  return hasInnerArray(type) ? 'An array in an array or a map of XML' : undefined;
}

function hasInnerArray(type: SparkType): boolean {
  if (type.kind === 'struct') return type.fields.some((field) => hasInnerArray(field.type));
  const inner = type.kind === 'array' ? type.element : type.kind === 'map' ? type.value : undefined;
  return inner !== undefined && (inner.kind === 'array' || hasInnerArray(inner));
}

/** Bytes have texts that the session's configuration decides; what else is left out Spark does not write. */
function isWritten(type: SparkType): boolean {
  if (type.kind === 'struct') return type.fields.every((field) => isWritten(field.type));
  if (type.kind === 'array') return isWritten(type.element);
  if (type.kind === 'map') return type.key.kind === 'string' && isWritten(type.value);
  return (
    !type.kind.startsWith('interval') &&
    !['binary', 'time', 'variant', 'unknown', 'geometry', 'geography'].includes(type.kind)
  );
}

function toXml(call: FunctionCall): Translated {
  const [value] = call.args;
  const name = `to_xml(${value?.name ?? ''})`;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: STRING, name };
  const options = optionsArgument(call, 1);
  if (!options) return { sql: 'NULL', type: STRING, name };
  if (value.type.kind === 'void') return { sql: 'CAST(NULL AS VARCHAR)', type: STRING, name };
  if (value.type.kind !== 'struct') {
    const wrong = `to_xml takes a struct, but this is ${value.type.kind}.`;
    return report(call.environment, 'sql.type-mismatch', wrong, argumentSpan(call, 0), 'Write struct(...) around it.');
  }
  if (!isWritten(value.type) || !isCarried(value.type) || options.read.attributePrefix === '')
    return { ...refuse(call.environment, 'to_xml of this', argumentSpan(call, 0)), name };
  const sql = `spark_to_xml(${toCarrier(value.sql, value.type)}, ${described(value.type, options.given)})`;
  return { sql, type: STRING, name };
}

/** Spark folds it: the text must be a literal, and so the schema is one for from_xml. */
function schemaOfXml(call: FunctionCall): Translated {
  const [xml] = call.args;
  const name = `schema_of_xml(${xml?.name ?? ''})`;
  const options = optionsArgument(call, 1);
  if (!xml || isUnknown(xml.type) || !options) return { sql: 'NULL', type: STRING, name };
  if (typeof xml.literal !== 'string' || xml.type.kind !== 'string')
    return refuse(call.environment, 'schema_of_xml of what is no literal', argumentSpan(call, 0));
  const { given, read } = options;
  const formats = { dateFormat: given['dateformat'], timestampFormat: given['timestampformat'] };
  const schema = inferXmlSchema(xml.literal, read, { zone: 'UTC', ...formats });
  if (schema === undefined) return refuse(call.environment, 'schema_of_xml of this', argumentSpan(call, 0));
  return { sql: quoteText(schema), type: STRING, name, literal: schema };
}

export const XML_RULES: FunctionTable = {
  from_xml: custom([2, 3], fromXml),
  to_xml: custom([1, 2], toXml),
  schema_of_xml: custom([1, 2], schemaOfXml),
};

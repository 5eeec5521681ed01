import type { SparkType, StructField } from '../../types/spark-type.ts';
import { type Conversion, conversionOf } from '../json/conversion.ts';
import { native, type NativeFunction, notEmulatedHere } from '../native-function.ts';
import { fieldName, javaTrim, type XmlOptions, xmlOptions } from './options.ts';
import { type XmlAttribute, XmlProblem, XmlReader } from './pull-parser.ts';
import { scalarText, UnreadNumber } from './scalars.ts';
import { scalaMapOrder } from './scala-map-order.ts';

/** A value as JSON text whose scalars are texts that DuckDB casts. */
type Value = string | null;
type Struct = SparkType & { readonly kind: 'struct' };

/** A row of which a part did not fit: those parts that came before it are kept. */
class PartialRow extends XmlProblem {
  readonly row: string;

  constructor(row: string) {
    super('a part of the record does not fit');
    this.row = row;
  }
}

/** `from_xml` (Spark: `StaxXmlParser`). A record that is malformed gives the fields that were read before. */
function fromXml(text: string, described: string): string {
  const conversion = conversionOf(described);
  const options = xmlOptions(conversion.options);
  const { type } = conversion;
  if (type.kind !== 'struct' || !options) throw new Error('XML is read into a struct, by options that are known');
  const wanted: Struct = { kind: 'struct', fields: type.fields.filter(({ name }) => name !== options.corruptColumn) };
  let row: string;
  let malformed = false;
  try {
    row = new Converter(text, options, conversion).record(wanted);
  } catch (error) {
    if (!(error instanceof XmlProblem) || error instanceof UnreadNumber) throw error;
    if (options.mode === 'FAILFAST')
      throw new Error(
        '[MALFORMED_RECORD_IN_PARSING] Malformed records are detected in record parsing (mode FAILFAST).',
        {
          cause: error,
        },
      );
    malformed = true;
    row = error instanceof PartialRow ? error.row : written(wanted.fields, []);
  }
  if (wanted.fields.length === type.fields.length) return row;
  const record = malformed ? JSON.stringify(text) : 'null';
  const separator = wanted.fields.length > 0 ? ',' : '';
  return `${row.slice(0, -1)}${separator}${JSON.stringify(options.corruptColumn)}:${record}}`;
}

function written(fields: readonly StructField[], values: readonly Value[]): string {
  return `{${fields.map(({ name }, at) => `${JSON.stringify(name)}:${values[at] ?? 'null'}`).join(',')}}`;
}

/** The fields of a row in the making: arrays grow with each element of their name. */
class Row {
  readonly #fields: readonly StructField[];
  readonly #values: (Value | Value[] | undefined)[] = [];

  constructor(fields: readonly StructField[]) {
    this.#fields = fields;
  }

  /** The place of a field; names are the same in any case. */
  indexOf(name: string): number {
    const lower = name.toLowerCase();
    return this.#fields.findIndex((field) => field.name.toLowerCase() === lower);
  }

  set(at: number, value: Value): void {
    this.#values[at] = value;
  }

  append(at: number, value: Value): void {
    const before = this.#values[at];
    this.#values[at] = [...(Array.isArray(before) ? before : []), value];
  }

  values(): Value[] {
    return this.#fields.map((_, at) => {
      const value = this.#values[at] ?? null;
      return Array.isArray(value) ? `[${value.map(String).join(',')}]` : value;
    });
  }
}

class Converter {
  readonly #reader: XmlReader;
  readonly #options: XmlOptions;
  readonly #conversion: Conversion;

  constructor(text: string, options: XmlOptions, conversion: Conversion) {
    this.#reader = new XmlReader(text);
    this.#options = options;
    this.#conversion = conversion;
  }

  record(type: Struct): string {
    const root = this.#reader.next();
    return written(type.fields, this.#fields(type, root.kind === 'start' ? root.attributes : []));
  }

  /** The fields of an element whose start was read, up to its end. @throws PartialRow where one did not fit. */
  #fields(type: Struct, attributes: readonly XmlAttribute[] = []): Value[] {
    const row = new Row(type.fields);
    for (const [at, value] of this.#attributes(attributes, row, type)) row.set(at, value);
    let bad = false;
    for (;;) {
      const event = this.#reader.next();
      if (event.kind === 'end' || event.kind === 'document end') break;
      if (event.kind === 'text' && !event.blank) this.#valueOf(event.text, row, type);
      if (event.kind !== 'start') continue;
      try {
        this.#field(fieldName(event.name, this.#options), event.attributes, row, type);
      } catch (error) {
        if (!(error instanceof XmlProblem)) throw error;
        bad = true;
      }
    }
    if (bad) throw new PartialRow(written(type.fields, row.values()));
    return row.values();
  }

  /** The texts of an element that has children, or attributes. */
  #valueOf(text: string, row: Row, { fields }: Struct): void {
    const at = fields.findIndex(({ name }) => name === this.#options.valueTag);
    const type = fields[at]?.type;
    if (type?.kind === 'array') row.append(at, this.#scalar(text, type.element));
    else if (type) row.set(at, this.#scalar(text, type));
  }

  #field(name: string, attributes: readonly XmlAttribute[], row: Row, { fields }: Struct): void {
    const at = row.indexOf(name);
    const type = fields[at]?.type;
    if (type === undefined) {
      this.#other(row, fields);
      return;
    }
    if (type.kind === 'struct') row.set(at, this.#element(type, attributes));
    else if (type.kind !== 'array') row.set(at, this.#value(type, attributes));
    else if (type.element.kind === 'struct') row.append(at, this.#element(type.element, attributes));
    else row.append(at, this.#value(type.element));
  }

  /** An element that no field has: the wildcard's, where there is one. */
  #other(row: Row, fields: readonly StructField[]): void {
    const at = fields.findIndex((field) => field.name === this.#options.wildcard);
    const type = fields[at]?.type;
    if (type === undefined) {
      this.#skip();
      return;
    }
    const value = this.#value({ kind: 'string' });
    if (type.kind === 'string') row.set(at, value);
    else if (type.kind === 'array' && type.element.kind === 'string') row.append(at, value);
    else throw new XmlProblem('a wildcard is a text, or texts');
  }

  /** Everything up to the end of an element whose start was read. */
  #skip(): void {
    for (let depth = 1; depth > 0;) {
      const { kind } = this.#reader.next();
      if (kind === 'start') depth += 1;
      else if (kind === 'end') depth -= 1;
    }
  }

  /** A struct of an element's attributes and its content. */
  #element(type: Struct, attributes: readonly XmlAttribute[]): string {
    const row = new Row(type.fields);
    const own = this.#attributes(attributes, row, type);
    const values = this.#reader.peek().kind === 'end' ? this.#emptied(type) : this.#fields(type);
    // Of a name in another case Spark has two entries for the field, and which is the last depends on their number.
    if (own.length + type.fields.length > 4 && own.some(([at, , name]) => type.fields[at]?.name !== name))
      throw notEmulatedHere('An attribute of XML whose name differs from its field in case');
    for (const [at, value] of own) values[at] = value;
    return written(type.fields, values);
  }

  #emptied({ fields }: Struct): Value[] {
    this.#reader.next();
    return fields.map(() => null);
  }

  #attributes(
    attributes: readonly XmlAttribute[],
    row: Row,
    { fields }: Struct,
  ): (readonly [at: number, value: Value, name: string])[] {
    if (this.#options.excludeAttribute) return [];
    return attributes.flatMap(([name, value]) => {
      const field = `${this.#options.attributePrefix}${fieldName(name, this.#options)}`;
      const at = row.indexOf(field);
      const type = fields[at]?.type;
      return type ? [[at, this.#scalar(this.#attributeText(value), type), field] as const] : [];
    });
  }

  #attributeText(value: string): string | null {
    const text = this.#options.ignoreSurroundingSpaces ? javaTrim(value) : value;
    return text === this.#options.nullValue ? null : text;
  }

  /** The content of an element as a type's value, with its end. */
  #value(type: SparkType, attributes: readonly XmlAttribute[] = []): Value {
    const event = this.#reader.peek();
    if (event.kind === 'start') return this.#nested(type, attributes);
    if (event.kind === 'end') {
      this.#reader.next();
      return type.kind === 'string' && this.#options.nullValue !== '' ? '""' : null;
    }
    if (event.kind !== 'text') throw new XmlProblem('the text ends');
    if (type.kind === 'struct') return written(type.fields, this.#fields(type));
    if (type.kind === 'string') return this.#scalar(this.#markup(), type);
    if (event.blank) {
      this.#reader.next();
      return this.#value(type, attributes);
    }
    const value = this.#scalar(event.text, type);
    this.#reader.next();
    this.#closing();
    return value;
  }

  #nested(type: SparkType, attributes: readonly XmlAttribute[]): Value {
    if (type.kind === 'struct') return written(type.fields, this.#fields(type));
    if (type.kind === 'map') return this.#map(type.value, attributes);
    if (type.kind === 'string') return this.#scalar(this.#markup(), type);
    throw new XmlProblem(`an element stands where ${type.kind} is read`);
  }

  /** The end of an element, behind blanks. */
  #closing(): void {
    const event = this.#reader.next();
    if (event.kind === 'text' && event.blank) {
      this.#closing();
      return;
    }
    if (event.kind !== 'end') throw new XmlProblem('an end is missing');
  }

  /** The content of an element as text, with its tags and without escapes; its end is read too. */
  #markup(): string {
    let text = '';
    let depth = 0;
    do {
      const event = this.#reader.next();
      if (event.kind === 'start') {
        const attributes = event.attributes.map(([name, value]) => ` ${name}="${value}"`);
        text += `<${event.name}${attributes.join('')}>`;
        depth += 1;
      } else if (event.kind === 'end') {
        text += `</${event.name}>`;
        depth -= 1;
      } else if (event.kind === 'text') text += event.text;
    } while (depth > 0 || this.#reader.peek().kind !== 'end');
    this.#closing();
    return text;
  }

  #map(type: SparkType, attributes: readonly XmlAttribute[]): string {
    const pairs: [string, Value][] = attributes.map(([name, value]) => [
      `${this.#options.attributePrefix}${name}`,
      this.#scalar(value, type),
    ]);
    for (;;) {
      const event = this.#reader.next();
      if (event.kind === 'end' || event.kind === 'document end') break;
      if (event.kind === 'start') pairs.push([fieldName(event.name, this.#options), this.#value(type)]);
      else if (event.kind === 'text' && !event.blank)
        pairs.push([this.#options.valueTag, this.#scalar(event.text, type)]);
    }
    const values = new Map(pairs);
    const keys = scalaMapOrder(pairs.map(([key]) => key));
    return `{${keys.map((key) => `${JSON.stringify(key)}:${values.get(key) ?? 'null'}`).join(',')}}`;
  }

  #scalar(text: string | null, type: SparkType): Value {
    const value = scalarText(text, type, this.#options, this.#conversion);
    return value === null ? null : JSON.stringify(value);
  }
}

export const FROM_XML_NATIVES: readonly NativeFunction[] = [
  native('spark_from_xml', ['VARCHAR', 'VARCHAR'], 'VARCHAR', fromXml),
];

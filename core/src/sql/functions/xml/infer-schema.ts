import { decimal, type SparkType, type StructField } from '../../types/spark-type.ts';
import { type DatetimeOptions, readByOptions } from '../datetime-options.ts';
import { schemaSql } from '../schema-sql.ts';
import { fieldName, javaTrim, type XmlOptions } from './options.ts';
import { type XmlAttribute, XmlProblem, XmlReader } from './pull-parser.ts';

const VOID: SparkType = { kind: 'void' };
const STRING: SparkType = { kind: 'string' };

/** Raised where what Spark infers is not known here. */
class NotInferred extends Error {}

/**
 * The schema of one record as Spark's `XmlInferSchema` infers it; `undefined` where it is not known here.
 * @param datetimes formats of dates and times; a zone decides nothing.
 */
export function inferXmlSchema(text: string, options: XmlOptions, datetimes: DatetimeOptions): string | undefined {
  try {
    const inferred = new Inference(text, options, datetimes).record();
    return inferred.kind === 'struct' && inferred.fields.length === 0 ? 'STRUCT<>' : schemaSql(whole(inferred));
  } catch (error) {
    if (error instanceof NotInferred) return undefined;
    if (!(error instanceof XmlProblem)) {
      if (error instanceof Error && error.message.startsWith('[NOT_EMULATED]')) return undefined;
      throw error;
    }
    return options.mode === 'PERMISSIVE'
      ? schemaSql({ kind: 'struct', fields: [{ name: options.corruptColumn, type: STRING }] })
      : undefined;
  }
}

class Inference {
  readonly #reader: XmlReader;
  readonly #options: XmlOptions;
  readonly #datetimes: DatetimeOptions;

  constructor(text: string, options: XmlOptions, datetimes: DatetimeOptions) {
    this.#reader = new XmlReader(text);
    this.#options = options;
    this.#datetimes = datetimes;
  }

  record(): SparkType {
    const root = this.#reader.next();
    return this.#object(root.kind === 'start' ? root.attributes : []);
  }

  #object(attributes: readonly XmlAttribute[] = []): SparkType & { readonly kind: 'struct' } {
    // Names are the same in any case: the first counts.
    const fields = new Map<string, StructField>();
    const add = (name: string, type: SparkType): void => {
      const key = name.toLowerCase();
      const before = fields.get(key);
      fields.set(key, { name: before?.name ?? name, type: before ? this.#again(before.type, type) : type });
    };
    for (const { name, type } of this.#attributes(attributes)) add(name, type);
    for (;;) {
      const event = this.#reader.next();
      if (event.kind === 'end' || event.kind === 'document end') break;
      if (event.kind === 'start')
        add(fieldName(event.name, this.#options), this.#withAttributes(this.#content(), event.attributes));
      else if (event.kind === 'text' && !event.blank) add(this.#options.valueTag, this.#scalar(event.text));
    }
    return { kind: 'struct', fields: sorted([...fields.values()]) };
  }

  #content(): SparkType {
    const event = this.#reader.peek();
    if (event.kind === 'document end') throw new XmlProblem('the text ends');
    if (event.kind === 'end') {
      this.#reader.next();
      return VOID;
    }
    const found = this.#object();
    if (event.kind === 'start') return found;
    if (found.fields.length === 0) return VOID;
    const [only] = found.fields;
    const plain = found.fields.length === 1 && only?.name === this.#options.valueTag;
    return plain && !['struct', 'array', 'map'].includes(only.type.kind) ? only.type : found;
  }

  #attributes(attributes: readonly XmlAttribute[]): StructField[] {
    if (this.#options.excludeAttribute) return [];
    return attributes.map(([name, value]) => {
      const text = this.#options.ignoreSurroundingSpaces ? javaTrim(value) : value;
      const field = `${this.#options.attributePrefix}${fieldName(name, this.#options)}`;
      return { name: field, type: text === this.#options.nullValue ? VOID : this.#scalar(text) };
    });
  }

  #withAttributes(content: SparkType, attributes: readonly XmlAttribute[]): SparkType {
    const own = this.#attributes(attributes);
    if (own.length === 0) return content;
    if (content.kind === 'struct') return { kind: 'struct', fields: sorted([...content.fields, ...own]) };
    const value = content.kind === 'void' ? [] : [{ name: this.#options.valueTag, type: content }];
    return { kind: 'struct', fields: sorted([...value, ...own]) };
  }

  /** The type of a name that stands again. */
  #again(before: SparkType, type: SparkType): SparkType {
    return { kind: 'array', element: common(before.kind === 'array' ? before.element : before, type) };
  }

  #scalar(datum: string): SparkType {
    const text = this.#options.ignoreSurroundingSpaces ? javaTrim(datum) : datum;
    if (!this.#options.inferSchema) return STRING;
    if (text === '') return VOID;
    if (/^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', '')))
      return { kind: 'bigint' };
    if (/^[+-]?0x/i.test(text) || /[^\0-\u007f]/.test(text.replace(/\P{Nd}/gu, ''))) throw new NotInferred();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
      return (this.#options.prefersDecimal && decimalOf(text)) || { kind: 'double' };
    if (/^(?:true|false)$/i.test(text)) return { kind: 'boolean' };
    if (readByOptions(text, 'date', this.#datetimes) !== undefined) return { kind: 'date' };
    return readByOptions(text, 'timestamp', this.#datetimes) === undefined ? STRING : { kind: 'timestamp' };
  }
}

function decimalOf(text: string): SparkType | undefined {
  if (/[eE]/.test(text)) throw new NotInferred();
  const [integral = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const precision = Math.max(`${integral}${fraction}`.replace(/^0+(?=\d)/, '').length, fraction.length);
  return precision <= 38 ? decimal(precision, fraction.length) : undefined;
}

function sorted(fields: readonly StructField[]): StructField[] {
  return [...fields].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const NESTED = ['struct', 'array'];

/** The type of two values of one name. @throws NotInferred for what Spark's rules are not followed in. */
function common(left: SparkType, right: SparkType): SparkType {
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (left.kind === 'struct' && right.kind === 'struct') {
    const names = [...new Set([...left.fields, ...right.fields].map(({ name }) => name))];
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) throw new NotInferred();
    const of = (type: typeof left, name: string): SparkType =>
      type.fields.find((field) => field.name === name)?.type ?? VOID;
    return {
      kind: 'struct',
      fields: sorted(names.map((name) => ({ name, type: common(of(left, name), of(right, name)) }))),
    };
  }
  if (left.kind === 'array' && right.kind === 'array')
    return { kind: 'array', element: common(left.element, right.element) };
  if (left.kind === 'array' || right.kind === 'array') {
    const [array, other] = left.kind === 'array' ? [left, right] : [right, left];
    if (array.kind === 'array') return { kind: 'array', element: common(array.element, other) };
  }
  if (NESTED.includes(left.kind) || NESTED.includes(right.kind)) throw new NotInferred();
  if (left.kind === 'decimal' || right.kind === 'decimal') throw new NotInferred();
  if (left.kind === right.kind) return left;
  const kinds = [left.kind, right.kind];
  if (kinds.every((kind) => kind === 'bigint' || kind === 'double')) return { kind: 'double' };
  if (kinds.every((kind) => kind === 'date' || kind === 'timestamp')) return { kind: 'timestamp' };
  return STRING;
}

/** What has no type is text. */
function whole(type: SparkType): SparkType {
  if (type.kind === 'void') return STRING;
  if (type.kind === 'array') return { kind: 'array', element: whole(type.element) };
  if (type.kind !== 'struct') return type;
  if (type.fields.length === 0) throw new NotInferred();
  return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, type: whole(field.type) })) };
}

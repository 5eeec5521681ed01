import type { SparkType } from '../../types/spark-type.ts';
import { type DatetimeKind, writeByOptions } from '../datetime-options.ts';
import { writtenMicros } from '../datetime-texts.ts';
import { javaDecimal, javaDouble, javaFloat } from '../java-numbers.ts';
import { carried, carriedText, numberOf } from '../json/carried.ts';
import { type Conversion, conversionOf } from '../json/conversion.ts';
import type { JsonNode } from '../json/jackson.ts';
import { native, type NativeFunction, notEmulatedHere } from '../native-function.ts';
import { type XmlOptions, xmlOptions } from './options.ts';

/** `to_xml` of a struct that DuckDB gave as JSON whose scalars are texts (Spark: `StaxXmlGenerator`). */
function toXml(text: string, described: string): string {
  const conversion = conversionOf(described);
  const options = xmlOptions(conversion.options);
  if (!options) throw new Error('XML is written by options that are known');
  const generator = new Generator(options, conversion);
  generator.element(options.rowTag, conversion.type, carried(text));
  return options.indent === '' ? `${generator.text}\n` : generator.text;
}

/** Writes tags, each on a line of its own where there is an indentation. */
class Markup {
  text = '';
  readonly #step: string;
  readonly #validateName: boolean;
  #depth = 0;
  /** A start tag that has no end yet: attributes may follow. */
  #open = false;
  #hasChildren = false;

  constructor({ indent, validateName }: XmlOptions) {
    this.#step = indent;
    this.#validateName = validateName;
  }

  start(name: string): void {
    this.#check(name);
    if (this.#step !== '') {
      if (this.#depth > 0) this.#raw('\n');
      this.#hasChildren = false;
      if (this.#depth > 0) this.#raw(this.#step.repeat(this.#depth));
    } else this.#close();
    this.#depth += 1;
    this.text += `<${name}`;
    this.#open = true;
  }

  attribute(name: string, value: string): void {
    this.#check(name);
    if (!this.#open) throw notEmulatedHere(`to_xml of an attribute ${name} behind an element's content`);
    this.text += ` ${name}="${escapedAttribute(value)}"`;
  }

  characters(text: string): void {
    this.#raw(escapedText(text));
  }

  end(name: string): void {
    this.#depth -= 1;
    if (this.#step !== '') {
      if (this.#hasChildren) this.#raw(`\n${this.#step.repeat(this.#depth)}`);
      this.#hasChildren = true;
    }
    this.text += this.#open ? '/>' : `</${name}>`;
    this.#open = false;
  }

  #raw(text: string): void {
    this.#close();
    this.text += text;
  }

  #close(): void {
    if (this.#open) this.text += '>';
    this.#open = false;
  }

  #check(name: string): void {
    if (name === '') throw new Error('[INVALID_XML_NAME] An empty name is none of XML.');
    if (this.#validateName && !/^[A-Za-z_\u00c0-\u02ff][A-Za-z0-9_.\-\u00c0-\u02ff]*$/.test(name))
      throw new Error(`[INVALID_XML_NAME] ${name} is no name of XML, or one that is not emulated locally.`);
  }
}

class Generator {
  readonly #options: XmlOptions;
  readonly #conversion: Conversion;
  readonly #markup: Markup;

  constructor(options: XmlOptions, conversion: Conversion) {
    this.#options = options;
    this.#conversion = conversion;
    this.#markup = new Markup(options);
  }

  get text(): string {
    return this.#markup.text;
  }

  element(name: string, type: SparkType, node: JsonNode): void {
    if (node.kind === 'null' && this.#options.nullValue === undefined) return;
    if (name === this.#options.valueTag) {
      this.#content(type, node);
      return;
    }
    this.#markup.start(name);
    this.#content(type, node);
    this.#markup.end(name);
  }

  #isAttribute(name: string): boolean {
    return name.startsWith(this.#options.attributePrefix) && name !== this.#options.valueTag;
  }

  /** A field of a struct, an entry of a map or an element of an array: an attribute, as many elements as an array has, or one. */
  #child(name: string, type: SparkType, node: JsonNode): void {
    if (this.#isAttribute(name)) {
      const value = node.kind === 'null' ? this.#options.nullValue : attributeText(carriedText(node), type);
      if (value !== undefined) this.#markup.attribute(name.slice(this.#options.attributePrefix.length), value);
    } else if (type.kind === 'array' && node.kind === 'array')
      for (const item of node.items) this.element(name, type.element, item);
    else this.element(name, type, node);
  }

  #content(type: SparkType, node: JsonNode): void {
    if (node.kind === 'null') this.#markup.characters(this.#options.nullValue ?? '');
    else if (type.kind === 'struct' && node.kind === 'object')
      this.#children(
        type.fields.map((field, at) => [field.name, field.type, node.entries[at]?.[1] ?? { kind: 'null' }]),
      );
    else if (type.kind === 'map' && node.kind === 'object')
      this.#children(node.entries.map(([key, value]) => [key, type.value, value]));
    else if (type.kind === 'array' && node.kind === 'array')
      for (const item of node.items) this.#child(this.#options.arrayElementName, type.element, item);
    else this.#markup.characters(scalarText(carriedText(node), type, this.#conversion));
  }

  /** Attributes stand before all else. */
  #children(children: readonly (readonly [string, SparkType, JsonNode])[]): void {
    for (const wanted of [true, false])
      for (const [name, type, node] of children) if (this.#isAttribute(name) === wanted) this.#child(name, type, node);
  }
}

type Scalar = (text: string, type: SparkType, conversion: Conversion) => string;

const datetime =
  (kind: DatetimeKind): Scalar =>
  (text, _, { datetimes }) =>
    writeByOptions(text, kind, datetimes);

const SCALARS: Readonly<Record<string, Scalar>> = {
  float: (text) => javaFloat(numberOf(text)),
  double: (text) => javaDouble(numberOf(text)),
  decimal: javaDecimal,
  date: datetime('date'),
  timestamp: datetime('timestamp'),
  timestamp_ntz: datetime('timestamp_ntz'),
};

function scalarText(text: string, type: SparkType, conversion: Conversion): string {
  return SCALARS[type.kind]?.(text, type, conversion) ?? text;
}

/** An attribute holds the internal value's text: a date's days, a timestamp's microseconds. */
function attributeText(text: string, type: SparkType): string {
  if (['array', 'map', 'struct'].includes(type.kind))
    throw notEmulatedHere(`to_xml of an attribute of type ${type.kind}`);
  if (type.kind === 'date') return String(Math.floor(Date.parse(text) / 86_400_000));
  if (type.kind === 'timestamp' || type.kind === 'timestamp_ntz') return String(writtenMicros(text));
  if (type.kind === 'double') return javaDouble(numberOf(text));
  if (type.kind === 'float') return javaFloat(numberOf(text));
  return type.kind === 'decimal' ? javaDecimal(text) : text;
}

function code(char: string): string {
  if (char < ' ' && !'\t\n\r'.includes(char))
    throw new Error(`[INVALID_XML_CHARACTER] XML has no character ${char.charCodeAt(0)}.`);
  return `&#x${char.charCodeAt(0).toString(16)};`;
}

/** `>` is escaped where it may end a CDATA section: at the beginning, and behind `]`. */
function escapedText(text: string): string {
  return text.replace(/[&<>\p{Cc}\ufffe\uffff]/gu, (char, at: number) => {
    if (char === '&') return '&amp;';
    if (char === '<') return '&lt;';
    if (char === '\t' || char === '\n') return char;
    if (char !== '>') return code(char);
    return at === 0 || text.charAt(at - 1) === ']' ? '&gt;' : '>';
  });
}

function escapedAttribute(text: string): string {
  return text.replace(/[&<"\p{Cc}\ufffe\uffff]/gu, (char) => {
    if (char === '&') return '&amp;';
    if (char === '<') return '&lt;';
    if (char === '"') return '&quot;';
    return char >= '\u007f' && char <= '\u009f' ? char : code(char);
  });
}

export const TO_XML_NATIVES: readonly NativeFunction[] = [
  native('spark_to_xml', ['VARCHAR', 'VARCHAR'], 'VARCHAR', toXml),
];

/** The options of the functions of XML (Spark: `XmlOptions`), by lower-case name. */
export interface XmlOptions {
  readonly attributePrefix: string;
  readonly valueTag: string;
  readonly excludeAttribute: boolean;
  readonly ignoreNamespace: boolean;
  readonly ignoreSurroundingSpaces: boolean;
  readonly inferSchema: boolean;
  readonly prefersDecimal: boolean;
  readonly validateName: boolean;
  /** Absent: no text stands for NULL, and NULL is not written. */
  readonly nullValue: string | undefined;
  readonly wildcard: string;
  readonly rowTag: string;
  readonly arrayElementName: string;
  /** A step's indentation; empty: everything on one line. */
  readonly indent: string;
  readonly corruptColumn: string;
  readonly mode: string;
}

const FLAGS = [
  'excludeattribute',
  'ignorenamespace',
  'ignoresurroundingspaces',
  'inferschema',
  'prefersdecimal',
  'validatename',
];
const TEXTS = ['attributeprefix', 'valuetag', 'nullvalue', 'wildcardcolname', 'rowtag', 'arrayelementname', 'indent'];

/** The options that are emulated beside those of dates and times. */
export const XML_OPTIONS: ReadonlySet<string> = new Set([
  ...FLAGS,
  ...TEXTS,
  'columnnameofcorruptrecord',
  'mode',
  'declaration',
  'roottag',
]);

const KNOWN = new WeakMap<Readonly<Record<string, string>>, XmlOptions>();

/** What options say; undefined where Spark refuses one. */
export function xmlOptions(options: Readonly<Record<string, string>>): XmlOptions | undefined {
  const known = KNOWN.get(options);
  if (known) return known;
  const flag = (name: string, otherwise: boolean): boolean =>
    (options[name]?.toLowerCase() ?? String(otherwise)) === 'true';
  if (FLAGS.some((name) => !/^(?:true|false)?$/i.test(options[name] ?? '') || options[name] === '')) return undefined;
  const read: XmlOptions = {
    attributePrefix: options['attributeprefix'] ?? '_',
    valueTag: options['valuetag'] ?? '_VALUE',
    excludeAttribute: flag('excludeattribute', false),
    ignoreNamespace: flag('ignorenamespace', false),
    ignoreSurroundingSpaces: flag('ignoresurroundingspaces', true),
    inferSchema: flag('inferschema', true),
    prefersDecimal: flag('prefersdecimal', false),
    validateName: flag('validatename', true),
    nullValue: options['nullvalue'],
    wildcard: options['wildcardcolname'] ?? 'xs_any',
    rowTag: (options['rowtag'] ?? 'ROW').trim(),
    arrayElementName: options['arrayelementname'] ?? 'item',
    indent: options['indent'] ?? '    ',
    corruptColumn: options['columnnameofcorruptrecord'] ?? '_corrupt_record',
    mode: options['mode']?.toUpperCase() ?? 'PERMISSIVE',
  };
  const tags = [read.rowTag, options['roottag'] ?? 'ROWS', options['declaration'] ?? ''];
  if (read.rowTag === '' || read.valueTag === '' || read.valueTag === read.attributePrefix) return undefined;
  if (tags.some((tag) => tag.startsWith('<') || tag.endsWith('>'))) return undefined;
  KNOWN.set(options, read);
  return read;
}

/** Java's `String.trim`. */
export function javaTrim(text: string): string {
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '');
}

/** A name as fields have it. */
export function fieldName(name: string, { ignoreNamespace }: XmlOptions): string {
  return ignoreNamespace ? (name.split(':').at(-1) ?? name) : name;
}

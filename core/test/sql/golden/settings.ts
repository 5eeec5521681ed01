import type { BinaryStyle } from './hive-text.ts';

export type Configuration = ReadonlyMap<string, string>;

/**
 * What the `--SET` lines of Spark's test inputs say: the `.sql.out` files do not hold them. A file counts for every row that fits.
 */
const HEADERS: readonly { readonly file: RegExp; readonly set: Readonly<Record<string, string>> }[] = [
  { file: /(^|\/)nonansi\//, set: { 'spark.sql.ansi.enabled': 'false' } },
  { file: /(^|\/)timestampNTZ\//, set: { 'spark.sql.timestampType': 'TIMESTAMP_NTZ' } },
  { file: /(^|\/)binary\.sql/, set: { 'spark.sql.binaryOutputStyle': 'UTF8' } },
  { file: /(^|\/)binary_basic\.sql/, set: { 'spark.sql.binaryOutputStyle': 'BASIC' } },
  { file: /(^|\/)binary_base64\.sql/, set: { 'spark.sql.binaryOutputStyle': 'BASE64' } },
  { file: /(^|\/)binary_hex\.sql/, set: { 'spark.sql.binaryOutputStyle': 'HEX' } },
  { file: /(^|\/)binary_hex_discrete\.sql/, set: { 'spark.sql.binaryOutputStyle': 'HEX_DISCRETE' } },
  { file: /-legacy\.sql/, set: { 'spark.sql.legacy.behaviour': 'true' } },
  { file: /-old-behavior\.sql/, set: { 'spark.sql.legacy.behaviour': 'true' } },
  { file: /double-quoted-identifiers-enabled\.sql/, set: { 'spark.sql.ansi.doubleQuotedIdentifiers': 'true' } },
  { file: /keywords-enforced\.sql/, set: { 'spark.sql.ansi.enforceReservedKeywords': 'true' } },
];

/** Settings that change how Spark computes and never what it answers. */
const WITHOUT_EFFECT =
  /^(?!.*legacy|.*pullOutNestedData)spark\.sql\.(?:optimizer|codegen|adaptive|cbo|shuffle|crossJoin|autoBroadcastJoinThreshold|sources|join|execution|statistics|maven|test)\b|^spark\.(?:log|app|ui)\b/i;

/** What the judge follows: everything else, at other than its default, sets a file's next statements aside. */
const FOLLOWED: Readonly<Record<string, true>> = {
  'spark.sql.ansi.enabled': true,
  'spark.sql.session.timezone': true,
  'spark.sql.binaryoutputstyle': true,
};

const DEFAULTS: Readonly<Record<string, string>> = {
  'spark.sql.casesensitive': 'false',
  'spark.sql.groupbyaliases': 'true',
  'spark.sql.groupbyordinal': 'true',
  'spark.sql.orderbyordinal': 'true',
  'spark.sql.decimaloperations.allowprecisionloss': 'true',
  'spark.sql.parser.quotedregexcolumnnames': 'false',
  'spark.sql.legacy.viewschemabindingmode': 'true',
  'spark.sql.legacy.viewschemacompensation': 'true',
  'spark.sql.prioritizeordinalresolutioninsort.enabled': 'true',
  'spark.sql.cterecursionlevellimit': '100',
  'spark.sql.function.concatbinaryasstring': 'false',
  'spark.sql.timetype.enabled': 'true',
};

/** A session's configuration, as a file's header and its SET statements make it. */
export class Settings {
  readonly #header: Configuration;
  #values: Map<string, string>;

  constructor(file: string) {
    const header = HEADERS.filter((row) => row.file.test(file)).flatMap(({ set }) => Object.entries(set));
    this.#header = new Map(header.map(([key, value]) => [key.toLowerCase(), value]));
    this.#values = new Map(this.#header);
  }

  /** Takes `SET key = value` and `RESET [key]` in; false for every other statement. */
  read(sql: string): boolean {
    const text = sql.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '').replace(/;\s*$/, '');
    const zone = /^set\s+time\s+zone\s+'([^']*)'\s*$/i.exec(text);
    if (zone) {
      this.#values.set('spark.sql.session.timezone', zone[1] ?? '');
      return true;
    }
    const set = /^set\s+((?:[\w-]+\.)+[\w-]+|`[^`]+`)\s*=\s*([\s\S]*)$/i.exec(text);
    if (set) {
      this.#values.set(
        (set[1] ?? '').replaceAll('`', '').toLowerCase(),
        (set[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2'),
      );
      return true;
    }
    const reset = /^reset(?:\s+([\w.]+))?\s*$/i.exec(text);
    if (!reset) return /^set(?:\s+-v)?\s*$|^set\s+(?:\w+\.)+\w+\s*$/i.test(text);
    const key = reset[1]?.toLowerCase();
    if (key === undefined) this.#values = new Map(this.#header);
    else this.#values.delete(key);
    return true;
  }

  /** A setting that is not followed here, so that what Spark answers under it is not asked of the dialect. */
  unfollowed(): string | undefined {
    for (const [key, value] of this.#values) {
      // A legacy behaviour is off where nothing else is said.
      const usual = DEFAULTS[key] ?? (key.startsWith('spark.sql.legacy.') ? 'false' : undefined);
      if (FOLLOWED[key] || WITHOUT_EFFECT.test(key) || usual === value.toLowerCase()) continue;
      return `${key}=${value}`;
    }
    return undefined;
  }

  get ansi(): boolean {
    return (this.#values.get('spark.sql.ansi.enabled') ?? 'true').toLowerCase() === 'true';
  }

  get timeZone(): string {
    return this.#values.get('spark.sql.session.timezone') ?? 'America/Los_Angeles';
  }

  get binary(): BinaryStyle {
    const style = this.#values.get('spark.sql.binaryoutputstyle') ?? 'UTF8';
    return STYLES.find((one) => one === style.toUpperCase()) ?? 'UTF8';
  }
}

const STYLES: readonly BinaryStyle[] = ['UTF8', 'BASIC', 'BASE64', 'HEX', 'HEX_DISCRETE'];

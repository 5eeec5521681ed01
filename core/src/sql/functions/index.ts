import { BYTES_FUNCTIONS } from './bytes.ts';
import { CODEC_FUNCTIONS } from './codecs.ts';
import { DATETIME_FORMAT_NATIVES } from './pattern-writing.ts';
import { DATETIME_PARSE_NATIVES } from './pattern-reading.ts';
import { DECIMAL_NATIVES } from './decimals.ts';
import { CSV_NATIVES } from './csv-record.ts';
import { FORMAT_FUNCTIONS } from './format-string.ts';
import { HASH_FUNCTIONS } from './hashes.ts';
import { INTERVAL_NATIVES } from './intervals.ts';
import { JAVA_NUMBER_NATIVES } from './java-numbers.ts';
import { JSON_NATIVES } from './json/json-functions.ts';
import { LOWERCASE_NATIVES } from './lowercase-texts.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { MOMENT_FUNCTIONS } from './moments.ts';
import type { NativeFunction } from './native-function.ts';
import { NUMBER_FORMAT_FUNCTIONS } from './number-format.ts';
import { ROUNDING_FUNCTIONS } from './rounding.ts';
import { SKETCH_NATIVES } from './sketches.ts';
import { TEXT_SEARCH_NATIVES } from './text-search.ts';
import { TEXT_NATIVES } from './texts.ts';
import { URL_FUNCTIONS } from './urls.ts';
import { TRIGONOMETRY_FUNCTIONS } from './trigonometry.ts';
import { ZONE_NATIVES } from './zones.ts';
import { VARIANT_FUNCTIONS } from './variant/index.ts';
import { XML_NATIVES } from './xml/index.ts';

/** Every function of the prelude that is JavaScript: where DuckDB has none with Java's or Spark's own answer. */
export const NATIVE_FUNCTIONS: readonly NativeFunction[] = [
  ...JAVA_NUMBER_NATIVES,
  ...MATH_FUNCTIONS,
  ...TRIGONOMETRY_FUNCTIONS,
  ...MOMENT_FUNCTIONS,
  ...BYTES_FUNCTIONS,
  ...CODEC_FUNCTIONS,
  ...TEXT_NATIVES,
  ...FORMAT_FUNCTIONS,
  ...NUMBER_FORMAT_FUNCTIONS,
  ...URL_FUNCTIONS,
  ...HASH_FUNCTIONS,
  ...SKETCH_NATIVES,
  ...ZONE_NATIVES,
  ...ROUNDING_FUNCTIONS,
  ...INTERVAL_NATIVES,
  ...DECIMAL_NATIVES,
  ...JSON_NATIVES,
  ...TEXT_SEARCH_NATIVES,
  ...LOWERCASE_NATIVES,
  ...CSV_NATIVES,
  ...XML_NATIVES,
  ...VARIANT_FUNCTIONS,
  ...DATETIME_FORMAT_NATIVES,
  ...DATETIME_PARSE_NATIVES,
];

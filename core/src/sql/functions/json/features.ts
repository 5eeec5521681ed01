import type { JacksonFeatures } from './jackson.ts';

const FEATURES = [
  'allowcomments',
  'allowunquotedfieldnames',
  'allowsinglequotes',
  'allownumericleadingzeros',
  'allownonnumericnumbers',
  'allowbackslashescapinganycharacter',
  'allowunquotedcontrolchars',
] as const satisfies readonly (keyof JacksonFeatures)[];

const KNOWN = new WeakMap<Readonly<Record<string, string>>, JacksonFeatures>();

/** Jackson's features as a function's options set them. */
export function jacksonFeatures(options: Readonly<Record<string, string>>): JacksonFeatures {
  const known = KNOWN.get(options);
  if (known) return known;
  const set = FEATURES.filter((name) => options[name] !== undefined);
  const features: JacksonFeatures = Object.fromEntries(
    set.map((name) => [name, options[name]?.toLowerCase() === 'true']),
  );
  KNOWN.set(options, features);
  return features;
}

/** The options' names, in lower case. */
export const jsonFeatureNames: readonly string[] = FEATURES;

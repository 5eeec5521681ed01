interface Country {
  /** As the shop writes it. */
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Share of the shop's customers; 0 for names that only other exports of the same shop hold. */
  readonly weight: number;
}

/** A British shop's customers: nine of ten at home, most others in north-western Europe. */
export const countries: readonly Country[] = [
  { name: 'United Kingdom', code: 'GB', weight: 880 },
  { name: 'Germany', code: 'DE', weight: 24 },
  { name: 'France', code: 'FR', weight: 22 },
  { name: 'EIRE', code: 'IE', weight: 15 },
  { name: 'Netherlands', code: 'NL', weight: 9 },
  { name: 'Spain', code: 'ES', weight: 8 },
  { name: 'Belgium', code: 'BE', weight: 7 },
  { name: 'Switzerland', code: 'CH', weight: 6 },
  { name: 'Portugal', code: 'PT', weight: 5 },
  { name: 'Australia', code: 'AU', weight: 4 },
  { name: 'Italy', code: 'IT', weight: 4 },
  { name: 'Norway', code: 'NO', weight: 3 },
  { name: 'Sweden', code: 'SE', weight: 3 },
  { name: 'Finland', code: 'FI', weight: 2 },
  { name: 'Denmark', code: 'DK', weight: 2 },
  { name: 'USA', code: 'US', weight: 2 },
  { name: 'Austria', code: 'AT', weight: 2 },
  { name: 'Japan', code: 'JP', weight: 1 },
  { name: 'Poland', code: 'PL', weight: 1 },
  { name: 'Channel Islands', code: 'JE', weight: 0 },
  { name: 'RSA', code: 'ZA', weight: 0 },
  { name: 'Hong Kong', code: 'HK', weight: 0 },
  { name: 'Czech Republic', code: 'CZ', weight: 0 },
  { name: 'United Arab Emirates', code: 'AE', weight: 0 },
];

/** ISO 3166-1 alpha-2 of a country as a shop writes it; undefined for `Unspecified`, `European Community` and the like. */
export function countryCodes(): (name: string) => string | undefined {
  const codes = new Map(englishNames());
  for (const { name, code } of countries) codes.set(name.toLowerCase(), code);
  return (name) => codes.get(name.trim().toLowerCase());
}

function* englishNames(): Generator<[string, string]> {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  for (const first of letters) {
    for (const second of letters) {
      const name = names.of(first + second);
      if (name !== undefined) yield [name.toLowerCase(), first + second];
    }
  }
}

const HOUR = 3_600_000;

const UNITS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: HOUR,
  day: 24 * HOUR,
  week: 168 * HOUR,
};

/** Delta's defaults, in milliseconds. */
const DEFAULTS = {
  /** How long a removed file is remembered, and kept by VACUUM. */
  'delta.deletedFileRetentionDuration': 168 * HOUR,
  /** How long a commit is kept once a checkpoint has made it unnecessary. */
  'delta.logRetentionDuration': 30 * 24 * HOUR,
} as const;

/** An interval property of a table in milliseconds: `interval 1 week`, `interval 12 hours 30 minutes`; the default where it says none. */
export function durationOf(configuration: Readonly<Record<string, string>>, property: keyof typeof DEFAULTS): number {
  const text = configuration[property];
  return (text === undefined ? undefined : parseDuration(text)) ?? DEFAULTS[property];
}

/** Milliseconds; undefined for what is no such interval. Months and years have no fixed length, and Delta refuses them too. */
export function parseDuration(text: string): number | undefined {
  const body = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, '');
  const parts = [...body.matchAll(/(\d+)\s+([a-z]+?)s?(?=\s|$)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join(' ') !== body.replaceAll(/\s+/g, ' ')) return undefined;
  let sum = 0;
  for (const [, count, unit] of parts) {
    const size = UNITS[unit ?? ''];
    if (size === undefined) return undefined;
    sum += Number(count) * size;
  }
  return sum;
}

import { text, wholeNumber, type ExpressionFunction, type NamedFunction } from './arguments.ts';
import { expressionError } from './expression-error.ts';
import { formatDate } from './format-date.ts';
import type { Value } from './value.ts';

const millisecondsIn = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const;

/** Of the service, the round trip format. */
const defaultFormat = 'o';

const shifted = (unit: keyof typeof millisecondsIn): ExpressionFunction => ({
  least: 2,
  most: 3,
  call: ([date, count, format], source) => {
    const moved = dateOf(date, source).getTime() + wholeNumber(count, source) * millisecondsIn[unit];
    return formatted(new Date(moved), format, source);
  },
});

const startOf = (start: (date: Date) => number): ExpressionFunction => ({
  least: 1,
  most: 2,
  call: ([date, format], source) => formatted(new Date(start(dateOf(date, source))), format, source),
});

/** Dates are text in ISO 8601 and UTC, as the service passes them from function to function. */
export const dateFunctions: readonly NamedFunction[] = [
  ['utcnow', { least: 0, most: 1, call: ([format], source) => formatted(new Date(), format, source) }],
  [
    'formatdatetime',
    { least: 1, most: 2, call: ([date, format], source) => formatted(dateOf(date, source), format, source) },
  ],
  ['adddays', shifted('days')],
  ['addhours', shifted('hours')],
  ['addminutes', shifted('minutes')],
  ['addseconds', shifted('seconds')],
  ['startofday', startOf((date) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()))],
  ['startofhour', startOf((date) => date.getTime() - (date.getTime() % millisecondsIn.hours))],
  ['startofmonth', startOf((date) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1))],
];

function formatted(date: Date, format: Value | undefined, source: string): string {
  return formatDate(date, format === undefined ? defaultFormat : text(format, source), source);
}

const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

function dateOf(value: Value | undefined, source: string): Date {
  const match = iso.exec(text(value, source).trim());
  const date = match && new Date(`${match[1] ?? ''}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  if (date && !Number.isNaN(date.getTime())) return date;
  throw expressionError(source, `${JSON.stringify(value)} is no date in the form of ISO 8601`);
}

import { type Random, weightedPicker } from './random.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The generated year, in UTC. */
export const YEAR_START = Date.UTC(2025, 0, 1);
export const YEAR_END = Date.UTC(2026, 0, 1);

export interface ShopDay {
  /** Midnight, UTC, in milliseconds. */
  readonly start: number;
  readonly weight: number;
}

/** Sunday first: offices order in the week, Thursday most, and Saturday is quiet. */
const WEEKDAY_WEIGHTS = [0.8, 1.0, 1.08, 1.1, 1.22, 0.98, 0.62];

/** Day of the year (from 0) and demand; between two points demand changes evenly. Gifts: slow January, Christmas from September. */
const SEASON: readonly (readonly [number, number])[] = [
  [0, 0.55],
  [30, 0.75],
  [43, 0.95],
  [60, 0.8],
  [87, 1.0],
  [110, 0.9],
  [180, 0.8],
  [225, 0.75],
  [260, 1.05],
  [300, 1.5],
  [332, 2.3],
  [345, 2.1],
  [354, 1.1],
  [364, 0.4],
];

/** Hours of the day: telephone and trade orders for the shop, evenings for the website; nights are quiet but not dead. */
const ORDER_HOURS = [1, 1, 0, 0, 0, 1, 6, 20, 55, 90, 110, 105, 120, 110, 95, 100, 80, 55, 40, 38, 30, 18, 8, 3];
const WEB_HOURS = [9, 5, 3, 2, 2, 4, 12, 28, 42, 52, 58, 60, 72, 62, 54, 54, 58, 66, 78, 96, 110, 100, 60, 24];

export function shopYear(): ShopDay[] {
  const days: ShopDay[] = [];
  for (let start = YEAR_START; start < YEAR_END; start += DAY) days.push({ start, weight: dayWeight(start) });
  return days;
}

function dayWeight(start: number): number {
  const date = new Date(start);
  if (date.getUTCMonth() === 11 && date.getUTCDate() === 25) return 0;
  return seasonAt((start - YEAR_START) / DAY) * (WEEKDAY_WEIGHTS[date.getUTCDay()] ?? 1);
}

function seasonAt(day: number): number {
  const next = SEASON.findIndex(([at]) => at >= day);
  const [rightDay, right] = SEASON[next] ?? [day, 0.4];
  const [leftDay, left] = SEASON[next - 1] ?? [day, right];
  return rightDay === leftDay ? right : left + ((right - left) * (day - leftDay)) / (rightDay - leftDay);
}

export type TimePicker = (random: Random) => number;

/** A moment in milliseconds: the day by its weight, the hour by the hour's, the rest even. */
export function timePicker(days: readonly ShopDay[], hours: 'orders' | 'web'): TimePicker {
  const pickDay = weightedPicker(days, (day) => day.weight);
  const ofDay = timeOfDayPicker(hours);
  return (random) => pickDay(random).start + ofDay(random);
}

/** Milliseconds since midnight. */
export function timeOfDayPicker(hours: 'orders' | 'web'): TimePicker {
  const pickHour = weightedPicker(
    [...(hours === 'orders' ? ORDER_HOURS : WEB_HOURS).entries()],
    ([, weight]) => weight,
  );
  return (random) => pickHour(random)[0] * HOUR + random.integer(0, HOUR - 1);
}

/** `yyyy-MM-dd`, UTC. */
export function dateText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

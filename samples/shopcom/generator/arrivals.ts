import { DAY, HOUR, MINUTE, startOfDay } from './calendar.ts';
import { type Fault, faultDealer } from './faults.ts';
import { type Random, createRandom } from './random.ts';
import type { Session } from './sessions.ts';

/** An event as a producer sends it. */
export interface ShopEvent {
  /** The session: the events of one stay in order. */
  readonly partitionKey: string;
  readonly body: string;
  /** What was done to it by design. */
  readonly fault: Fault;
}

export type EventRecord = Readonly<Record<string, string | number | undefined>>;

export interface EventStream {
  readonly name: string;
  readonly events: (session: Session) => Iterable<{ readonly time: number; readonly record: EventRecord }>;
  /** How a good event is spoilt, by the reason that silver gives. */
  readonly damages: Readonly<Record<string, (record: EventRecord, random: Random) => string>>;
}

const FIRST_LATE = HOUR + 1000;
const LAST_LATE = 3 * DAY;

interface Arrival extends ShopEvent {
  readonly arrival: number;
}

/**
 * The stream's events in the order in which they arrive. Sessions come by their start, so a day is complete when a session of the
 * next one starts: a few days' events are held at a time, never all.
 */
export function* arrivals(seed: number, sessions: Iterable<Session>, stream: EventStream): Generator<ShopEvent> {
  const days = new Map<number, Arrival[]>();
  const deal = faultDealer(createRandom(seed, `${stream.name} fate`), Object.keys(stream.damages));
  let today = -Infinity;
  for (const session of sessions) {
    const day = startOfDay(session.start);
    if (day > today) yield* leave(days, (today = day));
    const random = createRandom(seed, `${stream.name} way`, session.ordinal);
    for (const { time, record } of stream.events(session)) {
      const fault = deal(() => true);
      for (const arrival of travel(stream, session.sessionId, time, record, fault, random)) {
        const key = startOfDay(arrival.arrival);
        const waiting = days.get(key);
        if (waiting === undefined) days.set(key, [arrival]);
        else waiting.push(arrival);
      }
    }
  }
  yield* leave(days, Infinity);
}

function* leave(days: Map<number, Arrival[]>, before: number): Generator<ShopEvent> {
  const complete = [...days.keys()].filter((day) => day < before).sort((a, b) => a - b);
  for (const day of complete) {
    const events = days.get(day)?.sort((a, b) => a.arrival - b.arrival) ?? [];
    days.delete(day);
    for (const { partitionKey, body, fault } of events) yield { partitionKey, body, fault };
  }
}

function* travel(
  stream: EventStream,
  partitionKey: string,
  time: number,
  record: EventRecord,
  fault: Fault,
  random: Random,
): Generator<Arrival> {
  const delay = fault.kind === 'late' ? random.integer(FIRST_LATE, LAST_LATE) : random.integer(40, 20_000);
  const arrival = time + delay;
  const sent = { ...record, event_time: new Date(time).toISOString(), received_time: new Date(arrival).toISOString() };
  const body = fault.kind === 'malformed' ? spoil(stream, fault.reason, sent, random) : JSON.stringify(sent);
  yield { partitionKey, body, arrival, fault: fault.kind === 'duplicate' ? { kind: 'none' } : fault };
  if (fault.kind === 'duplicate')
    yield { partitionKey, body, fault, arrival: arrival + random.integer(1000, 90 * MINUTE) };
}

function spoil(stream: EventStream, reason: string, record: EventRecord, random: Random): string {
  const damage = stream.damages[reason];
  if (damage === undefined) throw new RangeError(`No damage makes the reason ${reason}.`);
  return damage(record, random);
}

/** A body that was cut off in the middle: never whole JSON, as its last brace is gone. */
export function truncated(record: EventRecord, random: Random): string {
  const body = JSON.stringify(record);
  return body.slice(0, random.integer(5, body.length - 2));
}

/** The record with another value, or without the field. */
export function withField(field: string, values: readonly (string | number | undefined)[]) {
  return (record: EventRecord, random: Random): string => JSON.stringify({ ...record, [field]: random.pick(values) });
}

export const badTimes = [
  undefined,
  '',
  'yesterday',
  '2025-02-30T10:00:00.000Z',
  '2025-06-31T08:30:00.000Z',
  '31/12/2025 10:05',
];

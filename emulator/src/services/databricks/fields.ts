import { isJsonObject, parseJson, type JsonObject } from '../control/lossless-json.ts';
import type { ApiRequest } from '../control/exchange.ts';
import { DatabricksError, invalid } from './errors.ts';

/** The body as a JSON object; an empty body is an empty object, as the service has it. */
export function bodyOf(request: ApiRequest): JsonObject {
  const text = request.body.toString('utf8');
  if (text.trim() === '') return {};
  const body = parsed(text);
  if (!isJsonObject(body)) throw new DatabricksError('MALFORMED_REQUEST', 'The request body must be a JSON object.');
  return body;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabricksError('MALFORMED_REQUEST', `Could not parse request object: ${reason}`);
  }
}

export function optionalString(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`Expected ${name} to be a string, got ${typeof value}.`);
  return value;
}

export function requiredString(body: JsonObject, name: string): string {
  const value = optionalString(body, name);
  if (value === undefined || value === '') throw invalid(`Missing required field: ${name}`);
  return value;
}

export function optionalBoolean(body: JsonObject, name: string): boolean {
  const value = body[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalid(`Expected ${name} to be a boolean, got ${typeof value}.`);
  return value;
}

export function optionalObject(body: JsonObject, name: string): JsonObject | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalid(`Expected ${name} to be an object.`);
  return value;
}

/** A list of objects; absent is empty. */
export function objectList(body: JsonObject, name: string): readonly JsonObject[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw invalid(`Expected ${name} to be a list of objects.`);
  return value;
}

/** A map of strings; absent is empty. */
export function stringMap(body: JsonObject, name: string): Readonly<Record<string, string>> {
  const value = optionalObject(body, name) ?? {};
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') throw invalid(`Expected ${name}.${key} to be a string.`);
  }
  return value as Readonly<Record<string, string>>;
}

/** An int64, as a JSON number, a bigint, or a string of digits: the service reads all of them. Kept as its digits. */
export function requiredId(value: unknown, name: string): string {
  if (value === undefined || value === null || value === '') throw invalid(`Missing required field: ${name}`);
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  if (!/^\d{1,19}$/.test(text)) throw invalid(`Invalid value for ${name}: an integer is expected.`);
  return text;
}

/** `limit`, `max_results` and their like from the query. */
export function pageSize(query: URLSearchParams, name: string, limits: { default: number; max: number }): number {
  const text = query.get(name);
  if (text === null || text === '' || text === '0') return limits.default;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw invalid(`Invalid value for ${name}: '${text}' is no whole number.`);
  if (value > limits.max) throw invalid(`Invalid value for ${name}: ${value} is more than ${limits.max}.`);
  return value;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

/** One page of a list. The token is opaque to clients: the place in the list at which the next page starts. */
export function pageOf<T>(all: readonly T[], token: string | null, size: number): Page<T> {
  const start = token === null || token === '' ? 0 : startOf(token);
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, nextToken: tokenOf(start + size) } : { items };
}

const tokenOf = (start: number): string => Buffer.from(`start:${start}`).toString('base64url');

function startOf(token: string): number {
  const start = /^start:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (start === undefined) throw invalid('Invalid page_token.');
  return Number(start);
}

import { ExpectedError } from '../base/expected-error.ts';
import { evaluate } from './expressions/evaluate.ts';
import { isObject, type Scope, type Value } from './expressions/value.ts';
import { valueAt, type Properties } from './factory-objects.ts';

/** How often and how long an activity is tried, and what of it may be shown. */
export interface ActivityPolicy {
  /** Of each attempt. */
  readonly timeoutSeconds: number;
  /** After the first attempt. */
  readonly retries: number;
  readonly retryIntervalSeconds: number;
  /** The output is for other activities only; monitoring does not show it. */
  readonly secureOutput: boolean;
}

/** `secureInput` keeps inputs out of monitoring, which shows none here anyway. */
const known: readonly string[] = ['timeout', 'retry', 'retryIntervalInSeconds', 'secureInput', 'secureOutput'];

/** Why a policy cannot be honoured; undefined where it can. */
export function whyPolicyIsRefused(policy: Value | undefined): string | undefined {
  if (policy === undefined || !isObject(policy)) return undefined;
  const unknown = Object.keys(policy).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `a policy with ${unknown} is not emulated yet`;
}

/**
 * Reads `policy` with the service's defaults: twelve hours, no retry, half a minute between two attempts.
 * https://learn.microsoft.com/azure/data-factory/concepts-pipelines-activities#activity-policy
 * @throws ExpectedError `pipelines.policy`
 */
export function policyOf(definition: Properties, scope: Scope): ActivityPolicy {
  const policy = evaluate(definition['policy'] ?? {}, scope);
  const given = (name: string): Value | undefined => valueAt(policy, name) ?? undefined;
  return {
    timeoutSeconds: given('timeout') === undefined ? 12 * 3600 : seconds(given('timeout')),
    retries: wholeNumber('retry', given('retry') ?? 0, 0),
    retryIntervalSeconds: wholeNumber('retryIntervalInSeconds', given('retryIntervalInSeconds') ?? 30, 30),
    secureOutput: given('secureOutput') === true,
  };
}

const longestSeconds = 7 * 24 * 3600;

/** `0.12:00:00` and `12:00:00`: days, hours, minutes, seconds. */
function seconds(value: Value | undefined): number {
  const match = typeof value === 'string' ? /^(?:(\d+)\.)?(\d{1,2}):(\d\d):(\d\d)$/.exec(value) : undefined;
  if (!match) throw wrong('timeout', value, 'Write it as days.hours:minutes:seconds, such as 0.12:00:00.');
  const [days, hours, minutes, rest] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (rest ?? 0);
  if (total >= 1 && total <= longestSeconds) return total;
  throw wrong('timeout', value, 'The service takes up to seven days.');
}

function wholeNumber(name: string, value: Value, least: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= least) return number;
  throw wrong(name, value, `Give a whole number from ${least} on.`);
}

function wrong(name: string, value: Value | undefined, nextStep: string): ExpectedError {
  return new ExpectedError({
    code: 'pipelines.policy',
    message: `The policy's ${name} is ${JSON.stringify(value ?? null)}.`,
    nextStep,
  });
}

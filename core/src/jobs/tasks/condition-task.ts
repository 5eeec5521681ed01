import { ExpectedError } from '../../base/expected-error.ts';
import { at, textAt, type ConfigMap } from '../../project/config-node.ts';
import { noOutcome, type TaskKind } from '../task-kind.ts';
import { refuse } from './refuse.ts';

type Compare = (left: string, right: string) => boolean;

/** Equality compares texts, so that 12.0 is not 12; the others compare numbers. */
const operators: Readonly<Record<string, Compare>> = {
  EQUAL_TO: (left, right) => left === right,
  NOT_EQUAL: (left, right) => left !== right,
  GREATER_THAN: (left, right) => number(left) > number(right),
  GREATER_THAN_OR_EQUAL: (left, right) => number(left) >= number(right),
  LESS_THAN: (left, right) => number(left) < number(right),
  LESS_THAN_OR_EQUAL: (left, right) => number(left) <= number(right),
};

/** Compares two texts, in which references are resolved; the tasks after it depend on what it comes to. */
export const conditionTask: TaskKind = ({ task: { body } }) => {
  const op = textAt(body, 'op') ?? '';
  const compare = Object.hasOwn(operators, op) ? operators[op] : undefined;
  if (!compare) {
    const range = at(body, 'op')?.range;
    const known = Object.keys(operators).join(', ');
    return {
      ...refuse(`the condition has the operator '${op}', which is none of ${known}`),
      ...(range ? { range } : {}),
    };
  }
  if (textAt(body, 'left') === undefined || textAt(body, 'right') === undefined) {
    return refuse('the condition lacks its left or right side');
  }
  return {
    runs: 'here',
    reason: '',
    prepare: () =>
      Promise.resolve({
        files: [],
        profile: 'no compute',
        fingerprint: null,
        run: (context) => Promise.resolve({ ...noOutcome, condition: compared(compare, context.body) }),
      }),
  };
};

function compared(compare: Compare, body: ConfigMap): boolean {
  return compare(textAt(body, 'left') ?? '', textAt(body, 'right') ?? '');
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && !Number.isNaN(value)) return value;
  throw new ExpectedError({
    code: 'jobs.not-a-number',
    message: `The condition compares '${text}', which is no number.`,
    nextStep: 'Use EQUAL_TO or NOT_EQUAL for texts, or hand over a number.',
  });
}

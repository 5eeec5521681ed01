import { mapConcurrently } from '../../base/concurrency.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import { parseLossless } from '../../azure/lossless.ts';
import { at, textAt, toPlain, type ConfigMap, type PlainValue } from '../../project/config-node.ts';
import { wholeNumber } from '../attempts.ts';
import { canonical } from '../canonical.ts';
import type { TaskError, TaskRecord } from '../run.generated.ts';
import type { JobTask, PreparedTask, TaskKind, TaskOutcome, TaskRunContext } from '../task-kind.ts';
import { refuse } from './refuse.ts';

/** More than that at a time would not be faster: they share one engine. */
const mostAtATime = 2;

/**
 * Runs the task inside it once for each element of a JSON array, as `{{input}}`. An iteration whose inputs have not changed is
 * skipped like a task; one that fails does not stop the others.
 * @param judge says of the inner task what it says of any.
 */
export function forEachTask(judge: TaskKind): TaskKind {
  return (place) => {
    const { nested, body } = place.task;
    if (!nested) return refuse('the for_each_task has no task');
    if (at(body, 'inputs') === undefined) return refuse('the for_each_task has no inputs');
    if (nested.kind === 'for_each_task') return refuse('a for_each_task inside another does not exist');
    const inner = judge({ ...place, task: nested });
    if (inner.runs === 'refused') return { ...inner, reason: `its task ${nested.key}: ${inner.reason}` };
    return {
      ...inner,
      prepare: async () => prepared({ task: nested, prepared: await inner.prepare() }),
    };
  };
}

function prepared(inner: JobTask): PreparedTask {
  return {
    files: inner.prepared.files,
    profile: inner.prepared.profile,
    fingerprint: inner.prepared.fingerprint,
    ...(inner.prepared.ready ? { ready: inner.prepared.ready } : {}),
    run: (context) => run(inner, context),
  };
}

async function run(inner: JobTask, context: TaskRunContext): Promise<TaskOutcome> {
  const inputs = inputsOf(context.body);
  const limit = Math.max(1, Math.min(wholeNumber(context.body, 'concurrency', context.run.taskKey), mostAtATime));
  let done = 0;
  const iterations = await mapConcurrently(inputs, limit, async (input, index) => {
    const record = await context.nested.iterate(inner, input, index);
    done += 1;
    context.report({
      kind: 'advanced',
      step: context.run.taskKey,
      done,
      total: inputs.length,
      unit: 'iterations',
    });
    return record;
  });
  context.signal.throwIfAborted();
  return { ...summary(iterations), ...failure(iterations) };
}

/** A list in the file, or the JSON text of one. @throws ExpectedError `jobs.invalid-inputs` */
function inputsOf(body: ConfigMap): readonly PlainValue[] {
  const node = at(body, 'inputs');
  const text = textAt(node);
  const value = text === undefined ? node && toPlain(node) : parsed(text);
  if (Array.isArray(value)) return value as readonly PlainValue[];
  throw notAList(text ?? '', node?.range);
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function notAList(text: string, range: ExpectedError['range']): ExpectedError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return new ExpectedError({
    code: 'jobs.invalid-inputs',
    message: `The inputs of the for_each_task are no JSON array: ${shown}`,
    nextStep: 'Write for instance inputs: \'["a", "b"]\', or a reference to a task value that is a list.',
    range,
  });
}

/** What all iterations read and wrote; of a table that several wrote, what the last one left. */
function summary(iterations: TaskRecord[]): TaskOutcome {
  const all = <T>(pick: (record: TaskRecord) => readonly T[]): T[] => [
    ...new Map(iterations.flatMap(pick).map((item) => [canonical(item), item])).values(),
  ];
  const outputs = iterations.flatMap((record) => record.outputs);
  return {
    iterations,
    statements: [],
    inputs: {
      tables: all(({ inputs }) => inputs.tables),
      files: all(({ inputs }) => inputs.files),
      paths: all(({ inputs }) => inputs.paths),
    },
    outputs: [...new Map(outputs.map((output) => [output.table, output])).values()],
    checks: iterations.flatMap(({ checks }) => checks),
    warnings: all(({ warnings }) => warnings),
    // Each iteration is decided on its own.
    repeatable: false,
  };
}

function failure(iterations: readonly TaskRecord[]): { readonly error?: TaskError } {
  const failed = iterations.filter(({ error }) => error !== undefined);
  const [first] = failed;
  if (!first?.error) return {};
  const { code, message } = first.error;
  return {
    error: {
      ...first.error,
      code: 'jobs.iteration-failed',
      message: `${failed.length} of ${iterations.length} iterations failed; ${first.input ?? ''}: ${message} [${code}]`,
    },
  };
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { SourceRange } from '../../base/diagnostic.ts';
import { ExpectedError, expectedErrorToData } from '../../base/expected-error.ts';
import type { ScriptResult } from '../../engine/contract.ts';
import { textAt } from '../../project/config-node.ts';
import { notebookScript, type NoScript, type NotebookScript } from '../../project/notebook-script.ts';
import { profileText, warehouseProfile } from '../compute-profile.ts';
import type { PreparedTask, RunnableTask, TaskPlace, TaskRefusal, TaskRunContext } from '../task-kind.ts';
import { clusterProfile } from './cluster-profile.ts';
import { refuse } from './refuse.ts';
import { scriptOutcome } from './script-outcome.ts';

/** A notebook whose cells are all SQL runs on the engine. Undefined for one that holds another language. */
export function sqlNotebook(place: TaskPlace, file: string): RunnableTask | TaskRefusal | undefined {
  const script = notebookScript(file, (one) => readText(place.root, one));
  if ('problem' in script) return script.problem === 'otherLanguage' ? undefined : refusal(script);
  return { runs: 'here', reason: '', sqlFiles: script.files, prepare: () => Promise.resolve(prepare(place, file)) };
}

const reasons: Readonly<Record<NoScript['problem'], (detail: string) => string>> = {
  noNotebook: (detail) => `${detail} is no notebook: it does not begin with "Databricks notebook source"`,
  otherLanguage: (detail) => `it holds a cell in ${detail}`,
  missingFile: (detail) => `the notebook ${detail}, which it runs, does not exist`,
  runsItself: (detail) => `it runs the notebook ${detail}, which runs it again`,
  runParameters: (detail) => `%run ${detail} hands over parameters, which is not emulated`,
};

function refusal({ problem, detail, range }: NoScript): TaskRefusal {
  const code = problem === 'missingFile' ? 'jobs.missing-file' : 'jobs.task-not-emulated';
  return { ...refuse(reasons[problem](detail)), code, range };
}

function readText(root: string, file: string): string | undefined {
  const path = join(root, file);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : undefined;
}

/** Reads the files again, once: they may have changed since they were judged. */
function prepare(place: TaskPlace, file: string): PreparedTask {
  const texts = new Map<string, string | undefined>();
  const script = notebookScript(file, (one) => {
    if (!texts.has(one)) texts.set(one, readText(place.root, one));
    return texts.get(one);
  });
  if ('problem' in script) {
    const { code, reason, range } = refusal(script);
    throw new ExpectedError({ code, message: reason, nextStep: 'Correct the notebook, then run again.', range });
  }
  const profile = textAt(place.task.body, 'warehouse_id') === undefined ? clusterProfile(place) : warehouseProfile;
  return {
    files: script.files.map((one) => ({ file: one, sha256: sha256(texts.get(one) ?? '') })),
    profile: profileText(profile),
    fingerprint: { ...profile },
    run: async (context) => scriptOutcome(await run(context, file, script, profile)),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function run(
  { engine, parameters, checks, signal }: TaskRunContext,
  file: string,
  script: NotebookScript,
  profile: typeof warehouseProfile,
): Promise<ScriptResult> {
  const source = { text: script.text, file };
  const all = { ...Object.fromEntries(script.defaults), ...parameters };
  try {
    const result = await engine.runScript({ source, parameters: all, profile, checks }, signal);
    return { ...result, statements: result.statements.map((one) => ({ ...one, line: lineOf(script, one.line) })) };
  } catch (error) {
    throw error instanceof ExpectedError ? atPlace(error, script) : error;
  }
}

function lineOf({ places }: NotebookScript, line: number): number {
  return (places[line - 1] ?? places.at(-1))?.line ?? line;
}

/** The error with the place in the notebook where it arose in place of that in the script. */
function atPlace(error: ExpectedError, script: NotebookScript): ExpectedError {
  const placed = (range: SourceRange): SourceRange => {
    const { file, line } = script.places[range.start.line - 1] ?? script.places.at(-1) ?? { file: range.file, line: 1 };
    return { file, start: { line, column: range.start.column } };
  };
  const { range, diagnostics = [], ...rest } = expectedErrorToData(error);
  return new ExpectedError({
    ...rest,
    ...(range ? { range: placed(range) } : {}),
    diagnostics: diagnostics.map((one) => (one.range ? { ...one, range: placed(one.range) } : one)),
    cause: error,
  });
}

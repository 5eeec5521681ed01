import { join } from 'node:path';
import type { Diagnostic, SourceRange } from '../../base/diagnostic.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import { at, entriesAt, itemsAt, textAt, type ConfigNode, type ScalarValue } from '../../project/config-node.ts';
import { readConfigFile } from '../../project/text-file.ts';
import { byCodeUnit, walkFolder } from '../../project/walk-folder.ts';

/** Rows as a test writes them: by column; a column that a row leaves out is NULL. */
export interface TestRows {
  /** `schema.table`, or a name of three levels. */
  readonly table: string;
  /** Columns in their order, with the type where one is written: `DECIMAL(10,2)`. */
  readonly columns: readonly { readonly name: string; readonly typeText: string | undefined }[];
  readonly rows: readonly (readonly ScalarValue[])[];
  readonly range: SourceRange;
}

/** One file of `tests/`: given these rows and files, when the job's tasks run, then the tables hold these rows. */
export interface JobTest {
  /** Relative to the project's root. */
  readonly file: string;
  readonly name: string;
  readonly job: string;
  /** Absent: every task of the job. */
  readonly tasks: readonly string[] | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly given: readonly TestRows[];
  /** What is landed, by `container/path`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly then: readonly TestRows[];
}

const known = new Set(['name', 'job', 'tasks', 'parameters', 'given', 'files', 'then']);

/** The tests of a project, by file. @throws ExpectedError `tests.invalid` with every finding */
export async function readJobTests(root: string): Promise<readonly JobTest[]> {
  const { files } = await walkFolder(root);
  const names = files.filter((file) => /^tests\/.*\.ya?ml$/.test(file)).sort(byCodeUnit);
  const problems: Diagnostic[] = [];
  const tests = await Promise.all(
    names.map(async (file) => {
      const { node, diagnostics } = await readConfigFile(join(root, file), file);
      problems.push(...diagnostics);
      return node && readTest(file, node, problems);
    }),
  );
  if (problems.length === 0) return tests.filter((test) => test !== undefined);
  throw new ExpectedError({
    code: 'tests.invalid',
    message: `${problems.length} finding${problems.length === 1 ? '' : 's'} in the tests.`,
    nextStep: 'Correct what is listed, then test again.',
    range: problems[0]?.range,
    diagnostics: problems,
  });
}

function readTest(file: string, node: ConfigNode, problems: Diagnostic[]): JobTest {
  const problem = (message: string, range: SourceRange): void => {
    problems.push({ severity: 'error', code: 'tests.invalid', message, range });
  };
  for (const [key, { keyRange }] of entriesAt(node)) {
    if (!known.has(key)) problem(`A test has no '${key}': it has ${[...known].join(', ')}.`, keyRange);
  }
  const job = textAt(node, 'job');
  if (job === undefined) problem('The test names no job.', node.range);
  const tasks = itemsAt(node, 'tasks').flatMap((item) => textAt(item) ?? []);
  const then = rowsAt(node, 'then', problem);
  if (then.length === 0) problem('The test expects nothing: give it rows of a table under then.', node.range);
  return {
    file,
    name: textAt(node, 'name') ?? file,
    job: job ?? '',
    tasks: at(node, 'tasks') === undefined ? undefined : tasks,
    parameters: Object.fromEntries(
      entriesAt(node, 'parameters').map(([name, { value }]) => [name, textAt(value) ?? '']),
    ),
    given: rowsAt(node, 'given', problem),
    files: entriesAt(node, 'files').map(([path, { value }]) => ({ path, text: textAt(value) ?? '' })),
    then,
  };
}

/** A list of rows, or `columns` with their types and `rows`. */
function rowsAt(
  node: ConfigNode,
  key: string,
  problem: (message: string, range: SourceRange) => void,
): readonly TestRows[] {
  return entriesAt(node, key).map(([table, { value, keyRange }]) => {
    const written = value.kind === 'list' ? value.items : itemsAt(value, 'rows');
    const types = new Map(entriesAt(value, 'columns').map(([name, entry]) => [name, textAt(entry.value)]));
    const names = new Set([...types.keys(), ...written.flatMap((row) => entriesAt(row).map(([name]) => name))]);
    if (names.size === 0) problem(`${table} has neither columns nor rows with columns.`, keyRange);
    if (types.size > 0) {
      for (const name of names) if (!types.has(name)) problem(`${table}: its columns do not say ${name}.`, keyRange);
    }
    const columns = [...names].map((name) => ({ name, typeText: types.get(name) }));
    const cell = (row: ConfigNode, name: string): ScalarValue => {
      const found = at(row, name);
      if (found === undefined) return null;
      if (found.kind === 'scalar') return found.value;
      problem(`${table}.${name} is no single value.`, found.range);
      return null;
    };
    return { table, columns, rows: written.map((row) => columns.map(({ name }) => cell(row, name))), range: keyRange };
  });
}

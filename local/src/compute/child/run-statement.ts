import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Engine, QueryResult, ScriptResult } from '@medallion/core/engine/contract.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import type { StatementResult } from '@medallion/emulator/kit/executors.ts';
import type { ComputeCalls } from '../protocol.ts';
import type { Compute } from './compute.ts';
import { jsonArrayCell } from './json-array.ts';
import { ParameterError, stringParameters, withTypedParameters } from './typed-parameters.ts';

type Request = ComputeCalls['runStatement']['request'];
type Response = ComputeCalls['runStatement']['response'];

const warehouse = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' } as const;

/** Runs one statement as a SQL warehouse does; what its author can mend is an answer, a cancelled one rejects. */
export async function runStatement({ engine }: Compute, request: Request, signal: AbortSignal): Promise<Response> {
  try {
    const source = { text: withTypedParameters(request.statement, request.parameters), file: 'statement' };
    const parameters = stringParameters(request.parameters);
    const statements = (await createDialect()).analyze(source, new Map(Object.entries(parameters)));
    if (statements.length !== 1) return failed('PARSE_SYNTAX_ERROR', 'The text must hold one statement.');
    const { catalog, schema } = request;
    const where = { ...(catalog === undefined ? {} : { catalog }), ...(schema === undefined ? {} : { schema }) };
    const script = { source, parameters, profile: warehouse, ...where };
    const run = statements[0]?.kind === 'query' ? query : change;
    return { kind: 'succeeded', ...(await run(engine, script, request.maxRows, signal)) };
  } catch (error) {
    if (error instanceof ParameterError) return failed('BAD_REQUEST', error.message);
    if (!(error instanceof ExpectedError) || signal.aborted) throw error;
    return failed('BAD_REQUEST', `[${error.code}] ${error.message} ${error.nextStep}`);
  }
}

const failed = (code: string, message: string): Response => ({ kind: 'failed', code, message });

type Script = Omit<Parameters<Engine['query']>[0], 'maxRows' | 'offset'>;

async function query(engine: Engine, script: Script, maxRows: number, signal: AbortSignal): Promise<StatementResult> {
  return resultOf(await engine.query({ ...script, maxRows }, signal));
}

async function change(engine: Engine, script: Script, _maxRows: number, signal: AbortSignal): Promise<StatementResult> {
  const result = await engine.runScript({ ...script, checks: {} }, signal);
  return result.lastQuery ? resultOf(result.lastQuery) : effectOf(result);
}

function resultOf({ columns, rows, truncated }: QueryResult): StatementResult {
  const described = columns.map(({ name, typeText }) => ({ name, typeText }));
  const cells = rows.map((row) =>
    row.map((cell, index) => jsonArrayCell(cell, columns[index] ?? { name: '', typeText: '' })),
  );
  return { columns: described, rows: cells, truncated };
}

/** What an INSERT answers; other statements that change something answer without rows. */
function effectOf({ statements }: ScriptResult): StatementResult {
  const [only] = statements;
  if (only?.kind !== 'insert' || !only.written) return { columns: [], rows: [], truncated: false };
  const count = String(only.written.rows);
  const columns = ['num_affected_rows', 'num_inserted_rows'].map((name) => ({ name, typeText: 'bigint' }));
  return { columns, rows: [[count, count]], truncated: false };
}

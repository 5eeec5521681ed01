import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import { refusal } from '../../../sql/program/refuse-problems.ts';
import { typeOf } from '../../../sql/program/sql-function.ts';
import { tokenize } from '../../../sql/syntax/lexer.ts';
import { redacted } from '../../../sql/syntax/redact.ts';
import type { Typed } from '../../../sql/translate/typed.ts';
import { quoteText, toDuckdbType } from '../../../sql/types/duckdb-type.ts';
import type { ProgramHost } from './host.ts';
import { ProgramNames } from './program.ts';
import { settled, withFunctions } from './settle.ts';
import { selectInto } from './variables.ts';

type Statement = Extract<CompiledStatement, { kind: 'executeImmediate' }>;

/** Runs a text that the program computes. Variables of a script around it are not seen in it, as in Spark. */
export async function executeImmediate(host: ProgramHost, statement: Statement): Promise<void> {
  const text = await commandText(host, statement);
  const parameters = await passedParameters(host, statement, text);
  const into = statement.into.map((parts) => host.program.target(parts).name);
  const inner = await host.program.outsideScripts(() => compileText(host, text, parameters));
  if (into.length === 0) {
    await host.program.outsideScripts(() => host.execute(inner));
    return;
  }
  if (inner.kind !== 'query') throw notIntoVariables(text);
  await selectInto(host, inner.query, statement.into);
}

async function commandText(host: ProgramHost, { command }: Statement): Promise<string> {
  const { sql, columns } = await host.ready(command);
  const text = await host.value(sql);
  if (columns[0]?.typeText === 'string' && typeof text === 'string') return text;
  throw new ExpectedError({
    code: 'sql.type-mismatch',
    message: 'EXECUTE IMMEDIATE was given what is no text.',
    nextStep: 'Give it a string with one statement.',
  });
}

/** @throws ExpectedError `sql.wrong-arguments` where the names of USING are not those of the text. */
async function passedParameters(host: ProgramHost, { using }: Statement, text: string): Promise<Map<string, Typed>> {
  const wanted = parametersIn(text);
  if (wanted.names.size > 0 && wanted.marks > 0) throw wrongArguments('The text mixes named and other parameters.');
  if (wanted.names.size > 0 && using.some(({ name }) => name === undefined))
    throw wrongArguments('A value of USING has no name, and the text names its parameters.');
  const passed = new Map<string, Typed>();
  for (const [at, { name, query }] of using.entries()) {
    const { sql, columns } = await host.ready(query);
    const type = typeOf(columns[0]?.typeText ?? 'void');
    const slot = host.program.slot();
    await host.run(`SET VARIABLE ${slot} = (${sql})`);
    passed.set(wanted.names.size > 0 ? (name ?? '') : `?${at}`, await valueOf(host, slot, type));
  }
  const missing = [...wanted.names].find((one) => !passed.has(one));
  if (missing !== undefined) throw wrongArguments(`The parameter ${missing} has no value.`);
  if (wanted.marks > using.length) throw wrongArguments(`${wanted.marks} parameters have ${using.length} values.`);
  return passed;
}

/** A value as the text sees it: a literal where it can be written as one, so that LIMIT and IDENTIFIER can read it. */
async function valueOf(host: ProgramHost, slot: string, type: Typed['type']): Promise<Typed> {
  const duckdbType = toDuckdbType(type);
  const sql = `CAST(getvariable('${slot}') AS ${duckdbType})`;
  const text = await host.value(`SELECT CAST(${sql} AS VARCHAR)`);
  const plain =
    typeof text === 'string' &&
    ['string', 'tinyint', 'smallint', 'int', 'bigint', 'decimal', 'boolean'].includes(type.kind);
  if (!plain) return { sql, type, name: typeof text === 'string' ? text : 'NULL' };
  const literal = type.kind === 'boolean' ? text === 'true' : text;
  return { sql: `CAST(${quoteText(text)} AS ${duckdbType})`, type, name: text, literal };
}

function parametersIn(text: string): { names: ReadonlySet<string>; marks: number } {
  const names = new Set<string>();
  let marks = 0;
  const tokens = tokenize(text);
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'operator') continue;
    const next = tokens[at + 1];
    if (token.text === '?') marks++;
    const before = tokens[at - 1];
    const apart = !before || !['word', 'quoted', 'string', 'number'].includes(before.kind) || before.end < token.start;
    if (token.text === ':' && apart && next?.start === token.end && (next.kind === 'word' || next.kind === 'quoted'))
      names.add(next.text);
  }
  return { names, marks };
}

async function compileText(
  host: ProgramHost,
  text: string,
  parameters: ReadonlyMap<string, Typed>,
): Promise<CompiledStatement> {
  const names = new ProgramNames(host.program, host.home(), parameters, host.views());
  const source = { text, file: 'EXECUTE IMMEDIATE' };
  const compiled = await withFunctions(host, names, () => host.dialect.compile(source, new Map(), host.profile, names));
  if (!compiled.ok) throw refusal(compiled.diagnostics);
  const [only, more] = compiled.statements;
  if (!only || more) throw wrongText(text, 'EXECUTE IMMEDIATE takes one statement');
  if (only.kind === 'compound') throw wrongText(text, 'EXECUTE IMMEDIATE takes no script');
  return only.kind === 'late' ? await settled(host, only, parameters) : only;
}

function wrongText(text: string, message: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.syntax',
    message: `${message}: ${redacted(text)}`,
    nextStep: 'Correct the text.',
  });
}

function wrongArguments(message: string): ExpectedError {
  return new ExpectedError({ code: 'sql.wrong-arguments', message, nextStep: 'Correct USING, or the text.' });
}

function notIntoVariables(text: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.syntax',
    message: `INTO takes the row of a query, and this is none: ${redacted(text)}`,
    nextStep: 'Leave INTO out.',
  });
}

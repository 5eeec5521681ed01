import { changesSql, type ChangeRange } from '../../../delta/change-feed.ts';
import { quoteLiteral } from '../../../delta/duckdb-types.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { latestVersion, listLog, type Log } from '../../../delta/log.ts';
import { commitTimes } from '../../../delta/time-travel.ts';
import type { TableStore } from '../../../delta/store.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { Run } from '../context.ts';
import { nameText } from '../names.ts';
import type { ColumnNotes } from '../../../sql/types/column-notes.ts';
import type { Binding } from './bind.ts';
import { paddedScan, tableNotes } from './declared-columns.ts';
import { localPaths, readVersion, type TableRelation, versionOf } from './table.ts';

type Asked = NonNullable<TableRelation['changes']>;

/** A view over what some versions of a table have changed. Rejects with `delta.invalid-change-range`, `delta.no-change-feed`. */
export async function bindChanges(
  { run, scope, inputs }: Binding,
  relation: TableRelation,
  asked: Asked,
  table: ResolvedTable,
): Promise<ReadonlyMap<string, ColumnNotes>> {
  const { context, signal, session } = run;
  const store = lakeTableStore(context.storage, table.location);
  const log = await listLog(store, signal);
  const range = await rangeOf(run, store, log, asked, nameText(table.name));
  const snapshot = await readVersion(run, table.location, { version: range.to });
  inputs.reads.push(versionOf(table, range.to));
  const paths = localPaths(context, table.location, new Map(), signal);
  const sql = paddedScan(await changesSql(store, log, snapshot, range, paths, signal), snapshot.schema);
  await session.run(`CREATE VIEW ${session.qualified(scope, relation.placeholder)} AS ${sql}`);
  return tableNotes(snapshot.schema);
}

/** As Delta: a start time is that of the first version at or after it, an end time that of the last one at or before it. */
async function rangeOf(run: Run, store: TableStore, log: Log, asked: Asked, table: string): Promise<ChangeRange> {
  const latest = latestVersion(log);
  const from = await boundOf(run, store, log, asked.from, 'first');
  const to = asked.to === undefined ? latest : Math.min(latest, await boundOf(run, store, log, asked.to, 'last'));
  if (from > latest) throw outOfRange(table, `version ${from} is later than the latest, ${latest}`);
  if (to < from) throw outOfRange(table, `it would end at version ${to}, before its start at ${from}`);
  return { from, to };
}

async function boundOf(run: Run, store: TableStore, log: Log, text: string, side: 'first' | 'last'): Promise<number> {
  if (/^\d+$/.test(text)) return Number(text);
  const answer = await run.session.read(`SELECT epoch_ms(CAST(${quoteLiteral(text)} AS TIMESTAMP WITH TIME ZONE))`);
  const time = Number(answer.value(0, 0));
  const times = [...(await commitTimes(store, log, run.signal))];
  if (side === 'first') return times.find(([, at]) => at >= time)?.[0] ?? latestVersion(log) + 1;
  return times.findLast(([, at]) => at <= time)?.[0] ?? -1;
}

function outOfRange(table: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.invalid-change-range',
    message: `table_changes of ${table}: ${what} (DELTA_INVALID_CDC_RANGE).`,
    nextStep: 'DESCRIBE HISTORY shows the versions and their times.',
  });
}

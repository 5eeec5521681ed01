import type { Snapshot } from '../../../delta/actions.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { listLog } from '../../../delta/log.ts';
import { readHistory } from '../../../delta/time-travel.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Cell, QueryResult, ResultColumn } from '../../contract.ts';
import type { Run } from '../context.ts';
import { instantFormatter } from '../instant.ts';
import { completeName, nameText } from '../names.ts';
import { checkFormat, readVersion, versionOf } from '../relations/table.ts';
import type { StatementEffect } from './effect.ts';

type Describe = Extract<CompiledStatement, { kind: 'describe' }>;
type Shown = Pick<QueryResult, 'columns' | 'rows'>;

/** DESCRIBE HISTORY and DETAIL, with the columns that Databricks shows and that mean something here. */
export async function describe(run: Run, statement: Describe): Promise<StatementEffect> {
  const started = performance.now();
  const table = await run.context.resolver.table(completeName(run, statement.target));
  checkFormat(table);
  const snapshot = await readVersion(run, table.location);
  const shown = await rowsOf(run, statement, table, snapshot);
  const seconds = (performance.now() - started) / 1000;
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  return { inputs, rows: { ...shown, truncated: false, seconds } };
}

async function rowsOf(run: Run, statement: Describe, table: ResolvedTable, snapshot: Snapshot): Promise<Shown> {
  switch (statement.what) {
    case 'history':
      return await history(run, table, statement.limit);
    case 'detail':
      return detail(run, table, snapshot);
  }
}

async function history(run: Run, table: ResolvedTable, limit = Infinity): Promise<Shown> {
  const store = lakeTableStore(run.context.storage, table.location);
  const log = await listLog(store, run.signal);
  const entries = await readHistory(store, log, Math.min(limit, log.commits.length), run.signal);
  const instant = instantFormatter(run.profile.timeZone);
  const columns = named(
    'version:bigint timestamp:timestamp operation:string operationParameters:map<string,string> readVersion:bigint isBlindAppend:boolean operationMetrics:map<string,string> engineInfo:string',
  );
  const rows = entries.map(({ version, committedAt, info }): Cell[] => [
    version,
    instant(BigInt(committedAt.getTime()) * 1000n),
    info.operation ?? null,
    mapText(info.operationParameters),
    info.readVersion ?? null,
    info.isBlindAppend ?? null,
    mapText(info.operationMetrics),
    info.engineInfo ?? null,
  ]);
  return { columns, rows };
}

function detail(run: Run, table: ResolvedTable, snapshot: Snapshot): Shown {
  const { metadata, protocol, files } = snapshot;
  const instant = instantFormatter(run.profile.timeZone);
  const time = (milliseconds: number): string => instant(BigInt(milliseconds) * 1000n);
  const columns = named(
    'format:string id:string name:string description:string location:string createdAt:timestamp lastModified:timestamp partitionColumns:array<string> numFiles:bigint sizeInBytes:bigint properties:map<string,string> minReaderVersion:int minWriterVersion:int tableFeatures:array<string>',
  );
  const features = [...new Set([...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])])].sort();
  const row: Cell[] = [
    'delta',
    metadata.id,
    nameText(table.name),
    metadata.description ?? null,
    snapshot.location,
    metadata.createdTime === undefined ? null : time(metadata.createdTime),
    time(snapshot.committedAt.getTime()),
    JSON.stringify(metadata.partitionColumns),
    files.length,
    files.reduce((sum, { size }) => sum + size, 0),
    mapText(metadata.configuration),
    protocol.minReaderVersion,
    protocol.minWriterVersion,
    JSON.stringify(features),
  ];
  return { columns, rows: [row] };
}

function named(text: string): ResultColumn[] {
  return text.split(' ').map((one) => {
    const [name = '', typeText = ''] = one.split(/:(.*)/s);
    return { name, typeText };
  });
}

function mapText(map: Readonly<Record<string, unknown>> | undefined): string | null {
  if (!map) return null;
  const texts = Object.entries(map).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return JSON.stringify(Object.fromEntries(texts));
}

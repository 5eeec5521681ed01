import { partitionBounds } from '../../../azure/read-events.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { AddFile, Snapshot } from '../../../delta/actions.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { listLog } from '../../../delta/log.ts';
import { readCommit } from '../../../delta/read-actions.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { CompiledQuery, LakeRelation } from '../../../sql/contract.ts';
import { findFiles } from '../../find-files.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import type { BindOwn } from '../relations/bind.ts';
import { requireUnguarded } from '../relations/policies.ts';
import { refusePadded } from '../relations/declared-columns.ts';
import { bindFoundFiles, type FilesRelation } from '../relations/files.ts';
import { bindHubRanges, checkServers } from '../relations/hubs.ts';
import { bindSnapshot, checkFormat, readVersion, type TableRelation, versionOf } from '../relations/table.ts';
import { type HubsRelation, streamRanges } from './hub-offsets.ts';
import type { SourceBatch, StreamState } from './stream-state.ts';

/**
 * What there is at the stream sources of a query that the state has not taken; empty where nothing has come.
 * @param options.everySource whether a file counts as taken whichever path led to it.
 */
export async function planBatch(
  run: Run,
  query: CompiledQuery,
  state: StreamState,
  { everySource = false } = {},
): Promise<readonly SourceBatch[]> {
  const planned: SourceBatch[] = [];
  const taken = everySource ? new Set([...state.seen.values()].flatMap((urls) => [...urls])) : undefined;
  for (const relation of query.relations) {
    if (!relation.stream) continue;
    for (const batch of await newOf(run, relation, state, taken)) {
      if (!planned.some(({ source }) => source === batch.source)) planned.push(batch);
    }
  }
  return planned;
}

async function newOf(
  run: Run,
  relation: Exclude<LakeRelation, { kind: 'local' }>,
  state: StreamState,
  taken: ReadonlySet<string> | undefined,
): Promise<readonly SourceBatch[]> {
  switch (relation.kind) {
    case 'files':
      return await newFiles(run, relation, taken ?? state.seen.get(sourceOf(relation)));
    case 'table':
      return await newVersion(run, relation, state);
    case 'hubs':
      return await newEvents(run, relation, state);
  }
}

async function newFiles(
  run: Run,
  relation: FilesRelation,
  seen: ReadonlySet<string> | undefined,
): Promise<readonly SourceBatch[]> {
  const source = sourceOf(relation);
  const found = await findFiles({ ...run.context, signal: run.signal }, relation);
  const files = found.map(({ url }) => url).filter((url) => !seen?.has(url));
  return files.length === 0 ? [] : [{ kind: 'files', source, files }];
}

async function newVersion(run: Run, relation: TableRelation, state: StreamState): Promise<readonly SourceBatch[]> {
  const table = await run.context.resolver.table(completeName(run, relation.table));
  requireUnguarded(table, 'A stream of');
  const { version } = await readVersion(run, table.location);
  const source = sourceOfTable(table);
  return version === state.versions.get(source) ? [] : [{ kind: 'table', source, to: version }];
}

/** Of a stream that begins, also where it stands when nothing is to be read: what comes from now on is then read. */
async function newEvents(run: Run, relation: HubsRelation, state: StreamState): Promise<readonly SourceBatch[]> {
  const { environment } = run.context;
  checkServers(environment, relation);
  const planned: SourceBatch[] = [];
  for (const hub of relation.source.hubs) {
    const source = sourceOfHub(hub);
    const next = state.offsets.get(source);
    const ranges = streamRanges(relation, hub, await partitionBounds(environment, hub, run.signal), next);
    if (!next || ranges.some(({ from, to }) => from < to)) planned.push({ kind: 'hub', source, ranges });
  }
  return planned;
}

/**
 * Binds the stream relations of a query to what one batch takes; a source that the batch leaves out gives no rows.
 * @param options.remembersColumns whether files that were taken before say the columns too, where types are inferred.
 */
export function batchRelations(
  batch: readonly SourceBatch[],
  state: StreamState,
  { remembersColumns = true } = {},
): BindOwn {
  return async (binding, relation) => {
    if (!relation.stream) return false;
    if (relation.kind === 'files') {
      const taken = batch.find(({ source }) => source === sourceOf(relation));
      const wanted = new Set(taken?.kind === 'files' ? taken.files : []);
      const found = await findFiles({ ...binding.run.context, signal: binding.run.signal }, relation);
      const seen = state.seen.get(sourceOf(relation));
      await bindFoundFiles(
        binding,
        relation,
        found.filter(({ url }) => wanted.has(url)),
        remembersColumns ? found.filter(({ url }) => seen?.has(url)) : [],
      );
      return true;
    }
    if (relation.kind === 'hubs') {
      const ranges = relation.source.hubs.map((hub) => {
        const taken = batch.find(({ source }) => source === sourceOfHub(hub));
        return [hub, taken?.kind === 'hub' ? taken.ranges : []] as const;
      });
      await bindHubRanges(binding, relation, new Map(ranges));
      return true;
    }
    const table = await binding.run.context.resolver.table(completeName(binding.run, relation.table));
    checkFormat(table);
    const source = sourceOfTable(table);
    const taken = batch.find((one) => one.source === source);
    const from = state.versions.get(source);
    const to = taken?.kind === 'table' ? taken.to : from;
    const snapshot = await readVersion(binding.run, table.location, to === undefined ? {} : { version: to });
    const files = from === undefined ? snapshot.files : await addedFiles(binding.run, table, snapshot, from);
    binding.inputs.reads.push(versionOf(table, snapshot.version));
    refusePadded(nameText(table.name), snapshot.schema);
    await bindSnapshot(binding, relation, table.location, { ...snapshot, files });
    return true;
  };
}

/** The files of rows that were appended after a version. Rejects with `engine.stream-source-changed` where rows were changed. */
async function addedFiles(run: Run, table: ResolvedTable, { version }: Snapshot, after: number): Promise<AddFile[]> {
  const store = lakeTableStore(run.context.storage, table.location);
  const { commits } = await listLog(store, run.signal);
  const added: AddFile[] = [];
  for (let number = after + 1; number <= version; number++) {
    const commit = commits.find((one) => one.version === number);
    if (!commit) throw changed(table, number, 'is no longer in its log');
    for (const { add, remove } of await readCommit(store, commit.file.path, run.signal)) {
      if (remove?.dataChange) throw changed(table, number, 'removed or changed rows');
      if (add?.dataChange) added.push(add);
    }
  }
  return added;
}

function sourceOf(relation: Extract<LakeRelation, { kind: 'files' }>): string {
  return `files:${relation.path}`;
}

function sourceOfHub(hub: string): string {
  return `hub:${hub}`;
}

function sourceOfTable({ tableId }: ResolvedTable): string {
  return `table:${tableId}`;
}

function changed({ name }: ResolvedTable, version: number, what: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.stream-source-changed',
    message: `Version ${version} of ${nameText(name)} ${what}; a stream reads tables that only grow.`,
    nextStep: 'Drop the streaming table and run its statement again, or make it a materialized view.',
  });
}

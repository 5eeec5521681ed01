import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { lakeTableStore } from '@medallion/core/delta/lake-store.ts';
import type { PartitionValues } from '@medallion/core/delta/actions.ts';
import { field } from '@medallion/core/delta/schema.ts';
import { writeTable } from '@medallion/core/delta/write.ts';
import { ageText, type LakeNode, sizeText } from '@medallion/core/lake/nodes.ts';
import type { ResolvedTable } from '@medallion/core/lake/resolver.ts';
import { createLakeTree, type LakeTree } from '@medallion/core/lake/tree.ts';
import { type LocalAzure, startLocalAzure } from '../azure-storage/emulator.ts';

describe('lakehouse tree over the wire', () => {
  let azure: LocalAzure;
  const layers = [
    { name: 'bronze', container: 'bronze', schema: 'bronze' },
    { name: 'silver', container: 'silver', schema: 'silver' },
    { name: 'gold', container: 'gold', schema: 'gold' },
  ];
  const at = (container: string, path: string) => ({ container, path });

  before(async () => {
    azure = await startLocalAzure();
    const { storage } = azure;
    for (const container of ['bronze', 'silver', 'gold', 'landing', 'odd']) await storage.createContainer(container);
    await createTable(
      'silver',
      'managed/orders',
      ['day'],
      [{ day: '2026-01-01' }, { day: '2026-01-01' }, { day: null }],
    );
    await createTable('silver', 'by-path/customers', [], [{}, {}]);
    for (const path of ['events/day=2026-01-01/a.parquet', 'events/day=2026-01-02/b.parquet', 'events/_SUCCESS']) {
      await storage.write(at('silver', path), new Uint8Array(1500));
    }
    for (let index = 0; index < 205; index++)
      await storage.write(at('odd', `f/${String(index).padStart(3, '0')}`), new Uint8Array(1));
  });
  after(() => azure[Symbol.asyncDispose]());

  async function createTable(
    container: string,
    path: string,
    partitionColumns: string[],
    parts: PartitionValues[],
  ): Promise<void> {
    const schema = { type: 'struct' as const, fields: [field('id', 'long'), field('day', 'date')] };
    const files = parts.map((partitionValues, index) => ({
      path: `part-${index}.parquet`,
      size: 100 + index,
      rows: 1,
      partitionValues,
      stats: '{}',
    }));
    const store = lakeTableStore(azure.storage, at(container, path));
    await writeTable(store, { kind: 'create', definition: { schema, partitionColumns }, files });
  }

  const orders: ResolvedTable = {
    name: { catalog: 'dev', schema: 'silver', table: 'orders' },
    tableId: '1',
    type: 'MANAGED',
    format: 'DELTA',
    location: { account: 'devstoreaccount1', container: 'silver', path: 'managed/orders' },
  };
  const resolver = {
    listTables: async (_: string, schema: string) => {
      if (schema === 'bronze')
        throw new ExpectedError({ code: 'catalog.schema-not-found', message: 'no schema', nextStep: 'create it' });
      return schema === 'silver' ? [orders] : [];
    },
  };
  const tree = (): LakeTree =>
    createLakeTree({ environment: 'local', storage: azure.storage, layers, catalog: { name: 'dev', resolver } });

  function label(node: LakeNode): string {
    switch (node.kind) {
      case 'layer':
        return `layer ${node.layer.name}`;
      case 'container':
        return `container ${node.container}`;
      case 'folder':
        return `folder ${node.place.path}`;
      case 'table':
        return `${node.format} ${node.label}`;
      case 'partition':
      case 'file':
        return `${node.kind} ${node.label}`;
      case 'more':
        return `more ${node.offset}`;
      case 'error':
        return `error ${node.code}`;
      case 'empty':
      case 'bounded':
      case 'environment':
        return node.kind;
    }
  }
  async function descend(shown: LakeTree, ...path: string[]): Promise<readonly LakeNode[]> {
    let nodes = await shown.children(shown.root);
    for (const step of path) {
      const next = nodes.find((node) => label(node) === step);
      assert.ok(next, `${step} among ${nodes.map(label).join(', ')}`);
      nodes = await shown.children(next);
    }
    return nodes;
  }
  const labels = async (shown: LakeTree, ...path: string[]) => (await descend(shown, ...path)).map(label);

  it('shows layers in order and other containers after them', async () => {
    assert.deepEqual(await labels(tree()), [
      'layer bronze',
      'layer silver',
      'layer gold',
      'container landing',
      'container odd',
    ]);
  });

  it("shows the catalog's tables once and others by their folders", async () => {
    assert.deepEqual(await labels(tree(), 'layer silver'), [
      'DELTA orders',
      'PARQUET events',
      'DELTA by-path/customers',
    ]);
  });

  it('shows partitions with their files, size and number', async () => {
    const nodes = await descend(tree(), 'layer silver', 'DELTA orders');
    assert.deepEqual(
      nodes.map((node) =>
        node.kind === 'partition' && node.content.by === 'log'
          ? [node.label, node.content.files, node.content.bytes]
          : node,
      ),
      [
        ['day=2026-01-01', 2, 201],
        ['day=null', 1, 102],
      ],
    );
    assert.deepEqual((await labels(tree(), 'layer silver', 'DELTA orders', 'partition day=2026-01-01')).toSorted(), [
      'file part-0.parquet',
      'file part-1.parquet',
    ]);
    assert.deepEqual(await labels(tree(), 'layer silver', 'PARQUET events'), [
      'partition day=2026-01-01',
      'partition day=2026-01-02',
    ]);
    const [file] = await descend(tree(), 'layer silver', 'PARQUET events', 'partition day=2026-01-02');
    assert.ok(file?.kind === 'file' && file.bytes === 1500 && file.modifiedAt.getTime() > 0);
  });

  it('shows files of a table without partitions', async () => {
    assert.equal((await labels(tree(), 'layer silver', 'DELTA by-path/customers')).length, 2);
  });

  it('pages long folders', async () => {
    const first = await descend(tree(), 'container odd', 'folder f');
    assert.equal(first.length, 201);
    assert.deepEqual((await labels(tree(), 'container odd', 'folder f', 'more 200')).length, 5);
  });

  it('shows why a load failed, among what could be loaded, and what is empty', async () => {
    assert.deepEqual(await labels(tree(), 'layer bronze'), ['error catalog.schema-not-found']);
    assert.deepEqual(await labels(tree(), 'layer gold'), ['empty']);
    assert.deepEqual(await labels(tree(), 'container landing'), ['empty']);
    const storage = createStorageClient({
      ...azure.environment,
      storage: { ...azure.environment.storage!, dfsEndpoint: 'http://127.0.0.1:1/devstoreaccount1' },
    });
    const broken = createLakeTree({ environment: 'local', storage, layers });
    assert.deepEqual(await labels(broken), ['error storage.unreachable']);
  });

  it('loads anew each time: a failure is not remembered', async () => {
    let fails = true;
    const flaky = {
      listTables: async () => {
        if (fails) throw new Error('defect');
        return [orders];
      },
    };
    const shown = createLakeTree({
      environment: 'local',
      storage: azure.storage,
      layers,
      catalog: { name: 'dev', resolver: flaky },
    });
    assert.equal((await labels(shown, 'layer gold'))[0], 'error internal');
    fails = false;
    assert.deepEqual(await labels(shown, 'layer gold'), ['DELTA orders']);
  });

  it('lists folders only down to tables, never their inside', async () => {
    const { storage } = azure;
    const shown = tree();
    const layer = (await shown.children(shown.root)).find((node) => label(node) === 'layer silver');
    assert.ok(layer);
    const before = storage.traffic.requests;
    await shown.children(layer);
    // The root, events, managed, by-path and by-path/customers.
    assert.equal(storage.traffic.requests - before, 5);
  });
});

describe('labels of the tree', () => {
  it('writes sizes and ages', () => {
    assert.deepEqual([0, 999, 1500, 25_000_000, 3e15].map(sizeText), ['0 B', '999 B', '1.5 kB', '25 MB', '3000 TB']);
    const now = new Date('2026-01-02T00:00:00Z');
    const ages = [0, -5, 59, 3600, 86_400 * 3].map((seconds) => ageText(new Date(now.getTime() - seconds * 1000), now));
    assert.deepEqual(ages, ['now', 'now', '59 s', '1 h', '3 d']);
  });
});

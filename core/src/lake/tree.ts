import type { StorageClient, StoragePlace } from '../azure/storage.ts';
import { isInPartition } from '../delta/conflicts.ts';
import { lakeTableStore } from '../delta/lake-store.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { findTables, listFolder } from './find-tables.ts';
import {
  catalogTableNode,
  emptyNode,
  errorNode,
  folderNodes,
  foundTableNode,
  logFileNodes,
  logPartitionNodes,
  moreNode,
  page,
  PAGE,
  parquetFolderNodes,
} from './map-nodes.ts';
import type { LakeLayer, LakeNode, PartitionNode, TableNode } from './nodes.ts';
import type { ResolvedTable, Resolver } from './resolver.ts';

export interface LakeTreeOptions {
  /** The environment's name. */
  readonly environment: string;
  readonly storage: StorageClient;
  readonly layers: readonly LakeLayer[];
  /** Absent: tables are found by their folders alone. */
  readonly catalog?: { readonly name: string; readonly resolver: Pick<Resolver, 'listTables'> };
}

export interface LakeTree {
  readonly root: LakeNode;
  /**
   * Loads a node's children, each time anew. A load that fails resolves to a node of kind `error`, one that finds nothing to one of
   * kind `empty`; only an aborted signal rejects.
   */
  children(node: LakeNode, signal?: AbortSignal): Promise<readonly LakeNode[]>;
}

export function createLakeTree(options: LakeTreeOptions): LakeTree {
  return {
    root: { id: options.environment, kind: 'environment', name: options.environment },
    async children(node, signal) {
      try {
        const children = await load(options, node, 0, signal);
        return children.length > 0 ? children : [emptyNode(node, emptyMessage(node))];
      } catch (error) {
        signal?.throwIfAborted();
        return [errorNode(node, error)];
      }
    },
  };
}

async function load(
  options: LakeTreeOptions,
  node: LakeNode,
  offset: number,
  signal?: AbortSignal,
): Promise<LakeNode[]> {
  switch (node.kind) {
    case 'environment':
      return await loadEnvironment(options, node, signal);
    case 'layer':
      return page(node, await loadLayer(options, node, node.layer, signal), offset);
    case 'container':
      return await loadFolder(options, node, { container: node.container, path: '' }, offset, signal);
    case 'folder':
      return await loadFolder(options, node, node.place, offset, signal);
    case 'table':
      return node.format === 'DELTA'
        ? page(node, await loadDelta(options, node, signal), offset)
        : await loadParquet(options, node, node, node.place, offset, signal);
    case 'partition':
      return await loadPartition(options, node, offset, signal);
    case 'more':
      return await load(options, node.of, node.offset, signal);
    case 'file':
    case 'bounded':
    case 'error':
    case 'empty':
      return [];
  }
}

/** Layers in the project's order, then the containers that are none. */
async function loadEnvironment(
  { storage, layers }: LakeTreeOptions,
  node: LakeNode,
  signal?: AbortSignal,
): Promise<LakeNode[]> {
  const known = new Set(layers.map((layer) => layer.container));
  const nodes: LakeNode[] = layers.map((layer) => ({ id: `${node.id}/layer:${layer.name}`, kind: 'layer', layer }));
  for await (const container of storage.containers({ signal })) {
    if (!known.has(container)) nodes.push({ id: `${node.id}/container:${container}`, kind: 'container', container });
  }
  return nodes;
}

/** The catalog's tables, then those that only their folders tell of. */
async function loadLayer(
  options: LakeTreeOptions,
  node: LakeNode,
  layer: LakeLayer,
  signal?: AbortSignal,
): Promise<LakeNode[]> {
  const { nodes, places } = await catalogNodes(options, node, layer);
  const isKnown = (place: StoragePlace) =>
    places.some(({ container, path }) => container === place.container && path === place.path);
  const found = await findTables(options.storage, layer.container, isKnown, signal);
  const all = [...nodes, ...found.tables.map((table) => foundTableNode(node, table))];
  if (!found.bounded) return all;
  const message = `Container ${layer.container} is large: not all of its folders were searched for tables.`;
  return [...all, { id: `${node.id}/bounded`, kind: 'bounded', message }];
}

/** Where the catalog fails, its reason is a node among the tables that are found by their folders. */
async function catalogNodes(
  options: LakeTreeOptions,
  node: LakeNode,
  layer: LakeLayer,
): Promise<{ nodes: LakeNode[]; places: readonly StoragePlace[] }> {
  try {
    const tables = await catalogTables(options, layer);
    const nodes = tables.map((table) => catalogTableNode(node, table));
    return { nodes, places: tables.map(({ location }) => location) };
  } catch (error) {
    return { nodes: [errorNode(node, error)], places: [] };
  }
}

async function catalogTables({ catalog }: LakeTreeOptions, layer: LakeLayer): Promise<readonly ResolvedTable[]> {
  if (!catalog || layer.schema === undefined) return [];
  return await catalog.resolver.listTables(catalog.name, layer.schema);
}

async function loadFolder(
  { storage }: LakeTreeOptions,
  node: LakeNode,
  place: StoragePlace,
  offset: number,
  signal?: AbortSignal,
): Promise<LakeNode[]> {
  const { entries, more } = await listFolder(storage, place, PAGE, offset, signal);
  const nodes = folderNodes(node, place, entries);
  return more ? [...nodes, moreNode(node, offset + PAGE)] : nodes;
}

async function loadDelta({ storage }: LakeTreeOptions, table: TableNode, signal?: AbortSignal): Promise<LakeNode[]> {
  const snapshot = await readSnapshot(lakeTableStore(storage, table.place), signal ? { signal } : {});
  const isPartitioned = snapshot.metadata.partitionColumns.length > 0;
  return isPartitioned ? logPartitionNodes(table, snapshot) : logFileNodes(table, table, snapshot, snapshot.files);
}

async function loadPartition(
  options: LakeTreeOptions,
  node: PartitionNode,
  offset: number,
  signal?: AbortSignal,
): Promise<LakeNode[]> {
  const { content, table } = node;
  if (content.by === 'path') return await loadParquet(options, node, table, content.place, offset, signal);
  const store = lakeTableStore(options.storage, table.place);
  // The version that the partition was listed from: a commit between the two must not mix them.
  const snapshot = await readSnapshot(store, { version: content.version, ...(signal ? { signal } : {}) });
  const files = snapshot.files.filter((file) => isInPartition(file.partitionValues, content.values));
  return page(node, logFileNodes(node, table, snapshot, files), offset);
}

async function loadParquet(
  { storage }: LakeTreeOptions,
  node: LakeNode,
  table: TableNode,
  place: StoragePlace,
  offset: number,
  signal?: AbortSignal,
): Promise<LakeNode[]> {
  const { entries, more } = await listFolder(storage, place, PAGE, offset, signal);
  const nodes = parquetFolderNodes(node, table, entries);
  return more ? [...nodes, moreNode(node, offset + PAGE)] : nodes;
}

function emptyMessage(node: LakeNode): string {
  switch (node.kind) {
    case 'environment':
      return 'This storage account has no containers.';
    case 'layer':
      return 'No tables yet: run a job that writes to this layer.';
    case 'container':
    case 'folder':
      return 'Empty.';
    case 'table':
    case 'partition':
      return 'No data files.';
    case 'more':
    case 'file':
    case 'bounded':
    case 'error':
    case 'empty':
      return 'Nothing more.';
  }
}

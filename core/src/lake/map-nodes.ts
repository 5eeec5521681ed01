import type { StoragePlace, StoredPath } from '../azure/storage.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { AddFile, PartitionValues, Snapshot } from '../delta/actions.ts';
import { relativePath } from '../delta/file-path.ts';
import { columnMapping } from '../delta/protocol.ts';
import { physicalName } from '../delta/column-mapping.ts';
import { type FoundTable, formatOf, isPartitionFolder, lastName } from './find-tables.ts';
import type { FileNode, LakeNode, PartitionNode, TableNode } from './nodes.ts';
import type { ResolvedTable } from './resolver.ts';

/** From what was loaded to nodes. Pure. */

/** Nodes a list shows before its "more" node. */
export const PAGE = 200;

export function catalogTableNode(parent: LakeNode, table: ResolvedTable): TableNode {
  const { name, format, location } = table;
  const place = { container: location.container, path: location.path };
  return { id: `${parent.id}/table:${name.table}`, kind: 'table', label: name.table, format, place, name };
}

export function foundTableNode(parent: LakeNode, { place, format }: FoundTable): TableNode {
  return { id: `${parent.id}/path:${place.path}`, kind: 'table', label: place.path, format, place };
}

/** Partitions of a version, by their values, with the number and size of their files. */
export function logPartitionNodes(table: TableNode, snapshot: Snapshot): PartitionNode[] {
  const groups = new Map<string, { values: PartitionValues; files: number; bytes: number }>();
  for (const file of snapshot.files) {
    const label = partitionLabel(snapshot, file);
    const group = groups.get(label) ?? { values: file.partitionValues, files: 0, bytes: 0 };
    groups.set(label, { ...group, files: group.files + 1, bytes: group.bytes + file.size });
  }
  const labels = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return labels.map(([label, group]) => ({
    id: `${table.id}/${label}`,
    kind: 'partition',
    label,
    table,
    content: { by: 'log', version: snapshot.version, ...group },
  }));
}

function partitionLabel(snapshot: Snapshot, file: AddFile): string {
  const mapping = columnMapping(snapshot.location, snapshot.metadata);
  return snapshot.metadata.partitionColumns
    .map((name) => {
      const field = snapshot.schema.fields.find((column) => column.name === name);
      return `${name}=${file.partitionValues[field ? physicalName(field, mapping) : name] ?? 'null'}`;
    })
    .join('/');
}

/** The data files of a version, newest first. */
export function logFileNodes(
  parent: LakeNode,
  table: TableNode,
  snapshot: Snapshot,
  files: readonly AddFile[],
): FileNode[] {
  return files
    .map((file): FileNode => {
      const path = relativePath(snapshot.location, file.path);
      const place = { container: table.place.container, path: `${table.place.path}/${path}` };
      return {
        id: `${parent.id}/${path}`,
        kind: 'file',
        label: lastName(path),
        place,
        bytes: file.size,
        modifiedAt: new Date(file.modificationTime),
      };
    })
    .sort((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime());
}

/** A folder of a Parquet table: partition folders and data files; names with `_` or `.` in front are the writer's own. */
export function parquetFolderNodes(parent: LakeNode, table: TableNode, entries: readonly StoredPath[]): LakeNode[] {
  const visible = entries.filter((entry) => !/^[_.]/.test(lastName(entry.path)));
  return visible.map((entry): LakeNode => {
    if (!entry.isDirectory) return fileNode(parent, table.place.container, entry);
    const place = { container: table.place.container, path: entry.path };
    if (!isPartitionFolder(lastName(entry.path))) return folderNode(parent, place);
    const label = entry.path.slice(table.place.path.length + 1);
    return { id: `${table.id}/${label}`, kind: 'partition', label, table, content: { by: 'path', place } };
  });
}

/** A folder that is no layer's: as it is, save that one which is a table shows itself as one first. */
export function folderNodes(parent: LakeNode, place: StoragePlace, entries: readonly StoredPath[]): LakeNode[] {
  const format = place.path === '' ? undefined : formatOf(entries);
  const table = format === 'DELTA' ? [foundTableNode(parent, { place, format })] : [];
  const listed = entries.map((entry) =>
    entry.isDirectory
      ? folderNode(parent, { container: place.container, path: entry.path })
      : fileNode(parent, place.container, entry),
  );
  return [...table, ...listed];
}

/** The first page of a list that is in memory, and a node for the rest. */
export function page(of: LakeNode, nodes: readonly LakeNode[], offset: number): LakeNode[] {
  const shown = nodes.slice(offset, offset + PAGE);
  const remaining = nodes.length - offset - shown.length;
  return remaining > 0 ? [...shown, moreNode(of, offset + PAGE, remaining)] : shown;
}

export function moreNode(of: LakeNode, offset: number, remaining?: number): LakeNode {
  return { id: `${of.id}/more:${offset}`, kind: 'more', of, offset, ...(remaining === undefined ? {} : { remaining }) };
}

/** The reason of a failed load, for the tree; a bug is shown as one, with its message. */
export function errorNode(parent: LakeNode, error: unknown): LakeNode {
  const id = `${parent.id}/error`;
  if (error instanceof ExpectedError) {
    const { code, message, nextStep } = error;
    return { id, kind: 'error', code, message, nextStep };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    id,
    kind: 'error',
    code: 'internal',
    message,
    nextStep: 'This is a defect of Medallion: see its log, and report it.',
  };
}

export function emptyNode(parent: LakeNode, message: string): LakeNode {
  return { id: `${parent.id}/empty`, kind: 'empty', message };
}

function folderNode(parent: LakeNode, place: StoragePlace): LakeNode {
  return { id: `${parent.id}/folder:${place.path}`, kind: 'folder', place };
}

function fileNode(parent: LakeNode, container: string, entry: StoredPath): FileNode {
  const { path, size: bytes, modifiedAt } = entry;
  return {
    id: `${parent.id}/file:${path}`,
    kind: 'file',
    label: lastName(path),
    place: { container, path },
    bytes,
    modifiedAt,
  };
}

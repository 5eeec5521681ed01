import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { DatabricksId } from '../../../azure/databricks.ts';
import { mapConcurrently } from '../../../base/concurrency.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { sha256, type Body } from '../../canonical.ts';
import type { Library } from '../../libraries.ts';
import type { LiveObject, ObjectRef, PromotionContext, PromotionTarget, WantedObject } from '../target.ts';
import { bundleFiles } from './bundle-files.ts';
import { isNotebook, notebookObject, remoteFile } from './remote-file.ts';

interface WorkspaceEntry {
  readonly object_type: string;
  readonly path: string;
  readonly object_id?: DatabricksId;
  readonly modified_at?: number;
  readonly language?: string;
}

/** Files of the bundle below `workspace.file_path`, compared by their content's SHA-256. */
export const workspaceFileTarget: PromotionTarget = {
  kind: 'databricks/workspace-file',
  caseless: false,
  whenNameTaken: 'refuse',
  removable: true,
  wanted: async (context) => {
    const files = await mapConcurrently(await bundleFiles(context), 8, (file) => wantedFile(context, file));
    const libraries = new Map((await context.libraries()).map((library) => [library.remote, library]));
    return [...files, ...[...libraries.values()].map(wantedLibrary)];
  },
  async list(context, refs) {
    const folders = [...new Set(refs.map(({ title }) => posix.dirname(title)))];
    const entries = (await mapConcurrently(folders, 4, (folder) => listFolder(context, folder))).flat();
    const byPath = new Map(refs.map((ref) => [shortPath(ref.title), ref]));
    const files = entries.filter(({ object_type: type }) => type === 'FILE' || type === 'NOTEBOOK');
    return await mapConcurrently(files, 8, async (entry) => {
      const ref = byPath.get(shortPath(entry.path));
      return ref ? await liveFile(context, ref, entry) : foreignFile(entry);
    });
  },
  async find(context, ref) {
    const entry = await status(context, ref.title);
    return entry && (await liveFile(context, { ...ref, mark: undefined }, entry));
  },
  canonical: (body) => ({ sha256: body['compared'] ?? body['sha256'] ?? '' }),
  async create(context, wanted) {
    await upload(context, wanted);
    return undefined;
  },
  update: (context, wanted) => upload(context, wanted),
  async remove(context, live) {
    const { databricks, signal } = context;
    await databricks.request('POST', '/api/2.0/workspace/delete', { body: { path: live.title }, signal });
  },
  async previous(context, live) {
    // The listing may have spared reading the content.
    const now = await this.find(context, { name: live.name, title: live.title, recorded: true });
    await context.keep(await download(context, live.title));
    return now?.body ?? {};
  },
};

async function wantedFile(context: PromotionContext, file: string): Promise<WantedObject> {
  const bytes = await readFile(join(context.project.root, file)).catch((cause: unknown) => {
    throw missingFile(file, cause);
  });
  const remote = remoteFile(context, file);
  const content = { sha256: sha256(bytes), upload: remote };
  if (!isNotebook(file, bytes)) return { name: file, title: remote, body: content };
  return { name: file, title: notebookObject(remote), body: { ...content, compared: notebookHash(bytes) } };
}

/** The name tells it apart from the bundle's own files, whatever lies in its folder. */
function wantedLibrary({ name, remote, sha256: hash }: Library): WantedObject {
  return { name: `.internal/${name}`, title: remote, body: { sha256: hash, upload: remote } };
}

async function upload(context: PromotionContext, wanted: WantedObject): Promise<void> {
  const { databricks, signal } = context;
  const path = text(wanted.body, 'upload');
  const bytes = await context.content(text(wanted.body, 'sha256'));
  const send = async (): Promise<void> => {
    const url = `/api/2.0/workspace-files/import-file${path.split('/').map(encodeURIComponent).join('/')}`;
    await databricks.request('POST', url, { query: { overwrite: true }, body: bytes, signal });
  };
  try {
    await send();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await databricks.request('POST', '/api/2.0/workspace/mkdirs', { body: { path: posix.dirname(path) }, signal });
    await send();
  }
}

async function liveFile(context: PromotionContext, ref: ObjectRef, entry: WorkspaceEntry): Promise<LiveObject> {
  const mark = `${String(entry.object_id)}/${String(entry.modified_at)}`;
  const common = { name: ref.name, title: ref.title, ours: true, mark };
  if (ref.mark === mark && ref.hash !== undefined) return { ...common, body: {}, knownHash: ref.hash };
  const bytes = await download(context, ref.title);
  if (entry.object_type !== 'NOTEBOOK') return { ...common, body: { sha256: sha256(bytes), upload: ref.title } };
  const upload = `${ref.title}${endingOf(ref.name, entry.language)}`;
  return { ...common, body: { sha256: sha256(bytes), upload, compared: notebookHash(bytes) } };
}

/** The service keeps a notebook as cells and writes it out anew: line ends and the file's end are its own. */
function notebookHash(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes).replaceAll('\r\n', '\n').trimEnd();
  return sha256(new TextEncoder().encode(text));
}

/** A notebook's language decides the ending under which it is uploaded again. */
function endingOf(name: string, language: string | undefined): string {
  if (/\.ipynb$/i.test(name)) return '.ipynb';
  return language === undefined ? '.py' : (endings[language] ?? '.py');
}

const endings: Readonly<Record<string, string>> = { PYTHON: '.py', SQL: '.sql', SCALA: '.scala', R: '.r' };

function foreignFile({ path }: WorkspaceEntry): LiveObject {
  return { name: path, title: path, ours: false, body: {} };
}

async function listFolder(context: PromotionContext, path: string): Promise<readonly WorkspaceEntry[]> {
  const { databricks, signal } = context;
  try {
    const query = { path };
    const answer = await databricks.request<{ objects?: WorkspaceEntry[] }>('GET', '/api/2.0/workspace/list', {
      query,
      signal,
    });
    return answer.objects ?? [];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function status(context: PromotionContext, path: string): Promise<WorkspaceEntry | undefined> {
  const { databricks, signal } = context;
  try {
    return await databricks.request<WorkspaceEntry>('GET', '/api/2.0/workspace/get-status', {
      query: { path },
      signal,
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function download(context: PromotionContext, path: string): Promise<Uint8Array> {
  const query = { path, format: 'SOURCE', direct_download: true };
  return await context.databricks.download('/api/2.0/workspace/export', { query, signal: context.signal });
}

/** `/Workspace/Users/x` and `/Users/x` are one path; listings give either. */
function shortPath(path: string): string {
  return path.replace(/^\/Workspace\//, '/');
}

function text(body: Body, key: string): string {
  const value = body[key];
  return typeof value === 'string' ? value : '';
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof ExpectedError && /^databricks\.(resource-does-not-exist|not-found|http-404)$/.test(error.code)
  );
}

function missingFile(file: string, cause: unknown): ExpectedError {
  return new ExpectedError({
    code: 'promote.missing-file',
    message: `The file ${file}, which the bundle names, cannot be read.`,
    nextStep: 'Create the file, or correct the path in the bundle.',
    range: { file, start: { line: 1, column: 1 } },
    cause,
  });
}

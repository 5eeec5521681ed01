import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalBoolean, requiredString } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { readContent } from './content.ts';
import { importFile, importObject } from './import.ts';
import type { WorkspaceObject } from './records.ts';
import { childrenOf, ensureHome, makeDirectories, normalPath, objectAt, removeTree } from './tree.ts';

/** Workspace API 2.0: folders, files and notebooks. */
export const workspaceRoutes: readonly DatabricksRoute[] = (
  [
    { method: 'POST', path: '/api/2.0/workspace/import', operation: 'workspace/import', answer: importObject },
    { method: 'POST', path: '/api/2.0/workspace/mkdirs', operation: 'workspace/mkdirs', answer: mkdirs },
    { method: 'GET', path: '/api/2.0/workspace/list', operation: 'workspace/list', answer: list },
    { method: 'GET', path: '/api/2.0/workspace/get-status', operation: 'workspace/get-status', answer: getStatus },
    { method: 'POST', path: '/api/2.0/workspace/delete', operation: 'workspace/delete', answer: remove },
    { method: 'GET', path: '/api/2.0/workspace/export', operation: 'workspace/export', answer: exportObject },
    {
      method: 'POST',
      path: '/api/2.0/workspace-files/import-file/{path...}',
      operation: 'workspace-files/import-file',
      answer: importFile,
    },
  ] satisfies DatabricksRoute[]
).map((route) => ({
  ...route,
  answer(state, request) {
    ensureHome(state, request.user.userName);
    return route.answer(state, request);
  },
}));

function mkdirs(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  makeDirectories(state, normalPath(requiredString(bodyOf(request), 'path')));
  return ok({});
}

/** The children of a folder; for anything else the object itself. */
function list(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const path = queryPath(request);
  const found = objectAt(state, path);
  const objects = found.type === 'DIRECTORY' ? childrenOf(state, path) : [[path, found] as const];
  return ok(objects.length > 0 ? { objects: objects.map(([child, object]) => describe(child, object)) } : {});
}

function getStatus(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const path = queryPath(request);
  return ok(describe(path, objectAt(state, path)));
}

function remove(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  removeTree(state, normalPath(requiredString(body, 'path')), optionalBoolean(body, 'recursive'));
  return ok({});
}

const exportFormats: ReadonlySet<string> = new Set(['', 'AUTO', 'SOURCE', 'RAW']);

function exportObject(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const path = queryPath(request);
  const format = request.query.get('format') ?? '';
  if (!exportFormats.has(format)) {
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      `The export format ${format} is not emulated: use AUTO, RAW or SOURCE.`,
    );
  }
  const { content, language } = objectAt(state, path);
  if (content === undefined) throw invalid(`Only files and notebooks can be exported; ${path} is a folder.`);
  const bytes = readContent(state.folder, content);
  if (request.query.get('direct_download') === 'true') return { status: 200, body: bytes };
  return ok({ content: bytes.toString('base64'), ...(language ? { file_type: language.toLowerCase() } : {}) });
}

function queryPath({ query }: DatabricksRequest): string {
  const path = query.get('path');
  if (path === null || path === '') throw invalid('Missing required field: path');
  return normalPath(path);
}

function describe(path: string, object: WorkspaceObject): JsonObject {
  const { objectId, type, language, size, createdAt, modifiedAt } = object;
  return {
    object_type: type,
    path,
    ...(language ? { language } : {}),
    object_id: BigInt(objectId),
    resource_id: objectId,
    ...(type === 'FILE' ? { size } : {}),
    created_at: createdAt,
    modified_at: modifiedAt,
  };
}

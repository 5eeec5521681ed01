import { ok, type ApiAnswer } from '../../control/exchange.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, optionalBoolean, optionalString, requiredString } from '../fields.ts';
import type { DatabricksRequest } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { formFields } from './form-fields.ts';
import { isNotebookLanguage, notebookIn } from './notebook.ts';
import { type NewContent, normalPath, putContent } from './tree.ts';

/** Bytes of decoded content: the service's limit for `workspace/import`. */
const importLimit = 10 * 1024 * 1024;

/** `POST /api/2.0/workspace/import`: a JSON object with its content in base64, or a form with the content as it is. */
export function importObject(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const isForm = request.headers['content-type']?.startsWith('multipart/form-data') === true;
  const { body, content } = isForm ? formOf(request) : jsonOf(request);
  const path = normalPath(requiredString(body, 'path'));
  requireImportable(content);
  const format = optionalString(body, 'format') ?? 'SOURCE';
  const target = targetOf(format, path, content, optionalString(body, 'language'));
  if (state.workspace.has(target.path) && !optionalBoolean(body, 'overwrite')) {
    throw new DatabricksError('RESOURCE_ALREADY_EXISTS', `Path (${target.path}) already exists.`);
  }
  putContent(state, target);
  return ok({});
}

interface Imported {
  readonly body: JsonObject;
  readonly content: Buffer;
}

function jsonOf(request: DatabricksRequest): Imported {
  const body = bodyOf(request);
  const base64 = optionalString(body, 'content') ?? '';
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw invalid('The content is not valid base64.');
  return { body, content: Buffer.from(base64, 'base64') };
}

/** As the SDKs upload: each field a part, the content a file among them. */
function formOf({ body: bytes, headers }: DatabricksRequest): Imported {
  const fields = formFields(bytes, headers['content-type'] ?? '');
  const texts = [...fields].flatMap(([name, value]): [string, string][] =>
    name === 'content' ? [] : [[name, value.toString()]],
  );
  const overwrite = fields.get('overwrite')?.toString() === 'true';
  return { body: { ...Object.fromEntries(texts), overwrite }, content: fields.get('content') ?? Buffer.alloc(0) };
}

function requireImportable(content: Buffer): void {
  if (content.length <= importLimit) return;
  throw new DatabricksError(
    'MAX_NOTEBOOK_SIZE_EXCEEDED',
    `File size imported is (${content.length} bytes), exceeded max size (${importLimit} bytes)`,
  );
}

function targetOf(format: string, path: string, content: Buffer, language: string | undefined): NewContent {
  switch (format) {
    case 'AUTO': {
      const notebook = notebookIn(path, content);
      return { path: notebook?.path ?? path, content, language: notebook?.language };
    }
    case 'RAW':
      return { path, content, language: undefined };
    case 'SOURCE':
      if (language === undefined)
        throw invalid('Missing required field: language (the format SOURCE imports a notebook).');
      if (!isNotebookLanguage(language)) throw invalid(`Unknown language: ${language}`);
      return { path, content, language };
    default:
      throw new DatabricksError(
        'NOT_IMPLEMENTED',
        `The import format ${format} is not emulated: use AUTO, RAW or SOURCE.`,
      );
  }
}

/** `POST /api/2.0/workspace-files/import-file/{path}?overwrite=`: content as it is, for files of a bundle. */
export function importFile(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const path = normalPath(`/${request.params['path'] ?? ''}`);
  const notebook = notebookIn(path, request.body);
  const target = notebook?.path ?? path;
  if (state.workspace.has(target) && request.query.get('overwrite') !== 'true') {
    throw new DatabricksError(
      'ALREADY_EXISTS',
      `Node with name ${target} already exists. Please pass overwrite=true to update it.`,
    );
  }
  const { objectId } = putContent(state, { path: target, content: request.body, language: notebook?.language });
  return ok({ object_id: BigInt(objectId), path: target });
}

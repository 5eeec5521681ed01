import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { EmulatorError } from '../../../kit/emulator-error.ts';
import { signedHeaders, type StorageAccount } from '../../../kit/shared-key.ts';
import type { BlobWriter, WholeBlob } from './blob-writer.ts';

/** Writes with `Put Blob` over http, signed with the account's key (Storage REST, "Authorize with Shared Key"). */
export function createSignedBlobWriter(account: StorageAccount): BlobWriter {
  return {
    put: async (blob) => {
      const path = [blob.container, ...blob.name.split('/')].map(encodeURIComponent).join('/');
      const url = new URL(`${account.endpoint.replace(/\/+$/, '')}/${path}`);
      const headers = {
        'content-length': String(blob.length),
        'content-type': blob.contentType,
        'x-ms-blob-type': 'BlockBlob',
      };
      const answer = await send(url, signedHeaders(account, 'PUT', url, headers), blob);
      if (answer.status !== 201) throw refused(blob, answer);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly errorCode: string;
}

async function send(url: URL, headers: Readonly<Record<string, string>>, blob: WholeBlob): Promise<Answer> {
  const request = http.request(url, { method: 'PUT', headers, agent: false });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        const errorCode = response.headers['x-ms-error-code'];
        resolve({ status: response.statusCode ?? 0, errorCode: typeof errorCode === 'string' ? errorCode : '' });
      });
    });
  });
  try {
    const [answer] = await Promise.all([answered, pipeline(blob.open(), request)]);
    return answer;
  } catch (cause) {
    throw new EmulatorError({
      code: 'emulator.capture-upload',
      message: `The captured file could not be sent to ${url.host}.`,
      nextStep: 'Look at the log of the storage service; the file will be written with the next try.',
      cause,
    });
  }
}

function refused(blob: WholeBlob, answer: Answer): EmulatorError {
  const missing = answer.errorCode === 'ContainerNotFound';
  return new EmulatorError({
    code: missing ? 'emulator.capture-container-missing' : 'emulator.capture-upload',
    message: missing
      ? `Capture cannot write to the container '${blob.container}': it does not exist.`
      : `The storage account refused the captured file '${blob.name}' (${answer.status} ${answer.errorCode}).`,
    nextStep: missing
      ? `Create the container '${blob.container}'; the events are kept and will be captured then.`
      : 'Look at the log of the storage service; the file will be written with the next try.',
  });
}

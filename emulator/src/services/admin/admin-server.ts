import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EmulatorError } from '../../kit/emulator-error.ts';
import type { EmulatorLogger } from '../../kit/service.ts';
import { isFromThisMachine } from './origin.ts';

/** One thing that the admin endpoint does: `GET /health`, `POST /capture/flush`. What it resolves to is sent as JSON. */
export interface AdminRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly run: () => Promise<unknown>;
}

/** The http server of the admin endpoint; the caller binds it. */
export function createAdminServer(routes: readonly AdminRoute[], logger: EmulatorLogger): Server {
  return createServer((request, response) => {
    request.resume();
    answer(routes, request).then(
      (result) => send(response, result),
      (error: unknown) => {
        logger.error(`admin ${request.method ?? ''} ${request.url ?? ''}: ${String(error)}`);
        send(response, failure(error));
      },
    );
  });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly allow?: string;
}

async function answer(routes: readonly AdminRoute[], request: IncomingMessage): Promise<Answer> {
  if (!isFromThisMachine(request)) {
    return problem(
      403,
      'emulator.admin-refused',
      'The admin endpoint answers programs of this machine, not web pages.',
    );
  }
  const path = (request.url ?? '/').split('?', 1)[0];
  const here = routes.filter((route) => route.path === path);
  if (here.length === 0) return problem(404, 'emulator.admin-not-found', `The admin endpoint has no ${path ?? ''}.`);
  const route = here.find((candidate) => candidate.method === request.method);
  if (!route) {
    const allow = here.map((candidate) => candidate.method).join(', ');
    return { ...problem(405, 'emulator.admin-method', `${path ?? ''} takes ${allow}.`), allow };
  }
  return { status: 200, body: await route.run() };
}

function problem(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

/** An expected problem keeps its code; anything else is a defect, whose text is for the log only. */
function failure(error: unknown): Answer {
  if (!(error instanceof EmulatorError)) return problem(500, 'emulator.internal', 'The emulator failed; see its log.');
  const { code, message, nextStep } = error;
  return { status: 409, body: { error: { code, message, nextStep } } };
}

function send(response: ServerResponse, { status, body, allow }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(allow === undefined ? {} : { allow }) });
  response.end(`${JSON.stringify(body)}\n`);
}

import type { IncomingMessage } from 'node:http';

const localNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost']);

/**
 * Whether a request comes from a program of this machine rather than from a web page that its user has open. A page can send
 * requests to 127.0.0.1, also under a name of its own that resolves there: the Host header then holds that name, and the
 * browser adds an Origin.
 */
export function isFromThisMachine(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  const { host, origin } = request.headers;
  if (!isLocalAddress(`http://${host ?? ''}`, port)) return false;
  if (request.headers['sec-fetch-site'] !== undefined && request.headers['sec-fetch-site'] !== 'none') {
    return request.headers['sec-fetch-site'] === 'same-origin';
  }
  return origin === undefined || isLocalAddress(origin, port);
}

function isLocalAddress(address: string, port: number | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'http:' && localNames.has(url.hostname) && url.port === String(port);
}

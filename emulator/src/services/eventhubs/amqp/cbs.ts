import { entityPath } from './address.ts';
import type { Broker, ConnectionState } from './broker.ts';
import { checkSharedAccessSignature, type CheckedToken } from './claims.ts';
import { conditions } from './conditions.ts';
import { textProperty, type Answer } from './requests.ts';
import type { RheaMessage } from './rhea.ts';

/** `put-token` of the AMQP claims-based security draft: from here on the connection may use what the token covers. */
export async function putToken(broker: Broker, connection: ConnectionState, request: RheaMessage): Promise<Answer> {
  broker.operations.add('amqp.putToken');
  const operation = textProperty(request, 'operation');
  if (operation !== 'put-token') return { error: conditions.argumentError(`$cbs knows no operation '${operation}'.`) };
  const audience = textProperty(request, 'name');
  const token = await checkToken(broker, request);
  const path = entityPath(audience);
  if (!token || !isWithin(path, token.path)) return { error: conditions.unauthorized(audience) };
  connection.claims.add(path, token.expiresAt);
  return { status: 202, description: 'Accepted' };
}

async function checkToken(broker: Broker, request: RheaMessage): Promise<CheckedToken | undefined> {
  const token = typeof request.body === 'string' ? request.body : '';
  if (textProperty(request, 'type') !== 'jwt') return checkSharedAccessSignature(token, broker.key, broker.now());
  if (!broker.verifyBearer) return undefined;
  try {
    const { expiresAt } = await broker.verifyBearer(token);
    return expiresAt > broker.now() ? { path: '', expiresAt } : undefined;
  } catch (error) {
    broker.logger.debug(`a bearer token was refused: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function isWithin(path: string, scope: string): boolean {
  const [inner, outer] = [path.toLowerCase(), scope.toLowerCase()];
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}

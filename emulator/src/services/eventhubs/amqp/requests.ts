import type { ConnectionState } from './broker.ts';
import { conditions, statusOf } from './conditions.ts';
import { parseAddress } from './address.ts';
import { amqpTypes, type AmqpCondition, type RheaMessage, type RheaReceiver } from './rhea.ts';

/** An answer of `$cbs` or `$management`. */
export type Answer =
  | { readonly status: number; readonly description: string; readonly body?: unknown }
  | { readonly error: AmqpCondition };

/** Sends the answer over the reply link of the request's session, which the client names by link name or target address. */
export function answer(connection: ConnectionState, link: RheaReceiver, request: RheaMessage, reply: Answer): void {
  const kind = parseAddress(link.target?.address).kind;
  const open = connection.replies.filter((candidate) => candidate.is_open());
  const named = open.filter((c) => c.name === request.reply_to || c.target?.address === request.reply_to);
  const paired = open.filter((c) => c.session === link.session && parseAddress(c.source?.address).kind === kind);
  const target = named.find((candidate) => paired.includes(candidate)) ?? paired[0] ?? named[0];
  if (!target) {
    link.close(conditions.argumentError(`There is no open link to reply to '${request.reply_to ?? ''}'.`));
    return;
  }
  target.send({
    correlation_id: request.message_id,
    to: request.reply_to,
    application_properties: 'error' in reply ? failed(reply.error) : succeeded(reply.status, reply.description),
    body: 'error' in reply ? undefined : reply.body,
  });
}

function succeeded(status: number, description: string): Readonly<Record<string, unknown>> {
  return { 'status-code': amqpTypes.wrap_int(status), 'status-description': description };
}

function failed(error: AmqpCondition): Readonly<Record<string, unknown>> {
  return { ...succeeded(statusOf(error.condition), error.description), 'error-condition': error.condition };
}

/** A text among a request's application properties; empty when it is missing or no text. */
export function textProperty(request: RheaMessage, name: string): string {
  const value = request.application_properties?.[name];
  return typeof value === 'string' ? value : '';
}

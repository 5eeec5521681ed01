import type { PartitionLog, Stamp } from '../log/partition-log.ts';

/** A reader's start, from its filter expression; undefined when the expression is not one of the service's. */
export function startOffset(log: PartitionLog, expression: string | undefined): number | undefined {
  if (expression === undefined) return log.begin.offset;
  const match = /^\s*amqp\.annotation\.(x-opt-[a-z-]+)\s*(>=|>)\s*'?([^']*?)'?\s*$/.exec(expression);
  const [, name = '', operator, text = ''] = match ?? [];
  if (text === '@latest') return log.endOffset;
  if (name === 'x-opt-offset' && text === '-1') return log.begin.offset;
  const value = Number(text);
  if (!match || text === '' || !Number.isFinite(value)) return undefined;
  const read = fieldOf(name);
  if (!read) return undefined;
  return log.findOffset((record) => (operator === '>=' ? read(record) >= value : read(record) > value));
}

function fieldOf(name: string): ((record: Stamp) => number) | undefined {
  switch (name) {
    case 'x-opt-offset':
      return (record) => record.offset;
    case 'x-opt-sequence-number':
      return (record) => record.sequence;
    case 'x-opt-enqueued-time':
      return (record) => record.enqueuedTime;
    default:
      return undefined;
  }
}

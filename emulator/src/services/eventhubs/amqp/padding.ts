import frames from 'rhea/lib/frames.js';
import message from 'rhea/lib/message.js';
import terminus from 'rhea/lib/terminus.js';
import types from 'rhea/lib/types.js';

/** The composites that a server sends, and their numbers of fields (AMQP 1.0 part 2, section 2.7, and part 3). */
const composites = [
  { create: frames['open'], fields: 10 },
  { create: frames['begin'], fields: 8 },
  { create: frames['attach'], fields: 14 },
  { create: frames['flow'], fields: 11 },
  { create: frames['transfer'], fields: 11 },
  { create: frames['disposition'], fields: 6 },
  { create: frames['detach'], fields: 3 },
  { create: frames['end'], fields: 1 },
  { create: frames['close'], fields: 1 },
  { create: terminus['source'], fields: 11 },
  { create: terminus['target'], fields: 7 },
  { create: message['header'], fields: 5 },
  { create: message['properties'], fields: 13 },
  { create: message['rejected'], fields: 1 },
];

interface CompositePrototype {
  described: (this: { readonly value: unknown[] }) => unknown;
}

/**
 * Python's pyamqp reads the fields of a composite by position and fails where a sender leaves out the last ones, as AMQP allows
 * and rhea does. A padded composite means the same to everyone else, so this may change rhea for the whole process.
 */
export function padComposites(): void {
  for (const { create, fields } of composites) {
    if (!create) throw new Error('rhea has changed: a composite is missing');
    const prototype = Object.getPrototypeOf(create()) as CompositePrototype;
    const described = prototype.described;
    prototype.described = function () {
      while (this.value.length < fields) this.value.push(undefined);
      return described.call(this);
    };
  }
  const wrapError = types.wrap_error;
  types.wrap_error = (error) => wrapError({ info: {}, ...error });
}

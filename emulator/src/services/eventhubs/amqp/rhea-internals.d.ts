/** Parts of rhea 3.0.5 that its typings leave out. Each function creates an instance of one AMQP composite. */
declare module 'rhea/lib/frames.js' {
  const frames: Readonly<Record<string, () => object>>;
  export = frames;
}
declare module 'rhea/lib/terminus.js' {
  const terminus: Readonly<Record<string, () => object>>;
  export = terminus;
}
declare module 'rhea/lib/message.js' {
  const message: Readonly<Record<string, () => object>>;
  export = message;
}
declare module 'rhea/lib/types.js' {
  const types: { wrap_error: (fields: Readonly<Record<string, unknown>>) => unknown };
  export = types;
}

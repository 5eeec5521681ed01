import type { Call, Expression } from '../syntax/nodes.ts';

/** The parameters of the functions that Spark lets one name in a call. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  explode: ['collection'],
  explode_outer: ['collection'],
  mask: ['str', 'upperChar', 'lowerChar', 'digitChar', 'otherChar'],
  posexplode: ['collection'],
  posexplode_outer: ['collection'],
  variant_explode: ['input'],
  variant_explode_outer: ['input'],
};

/** How many of its parameters a call must give. */
const NEEDED = 1;

/** What Spark takes for a parameter that is left out before one that is named. */
const DEFAULTS: Readonly<Record<string, readonly (string | null)[]>> = { mask: [null, 'X', 'x', 'n', null] };

/** A call with its named arguments in their places; undefined where they do not fit the function. */
export function positional<N extends Call>(node: N): N | undefined {
  if (node.named.length === 0) return node;
  const name = node.name.toLowerCase();
  const parameters = PARAMETERS[name];
  if (!parameters) return undefined;
  if (node.args.some((arg) => node.named.some(({ value }) => value.start < arg.start))) return undefined;
  const args: (Expression | undefined)[] = [...node.args];
  for (const { name: given, value } of node.named) {
    const at = parameters.findIndex((parameter) => parameter.toLowerCase() === given.toLowerCase());
    if (at < 0 || args[at]) return undefined;
    args[at] = value;
  }
  if (Array.from(args.slice(0, NEEDED)).some((arg) => !arg)) return undefined;
  const filled = Array.from(args, (arg, at) => arg ?? usual(node, DEFAULTS[name]?.[at]));
  const whole = filled.filter((arg) => arg !== undefined);
  return whole.length === filled.length ? { ...node, args: whole, named: [] } : undefined;
}

function usual({ start, end }: Call, value: string | null | undefined): Expression | undefined {
  if (value === undefined) return undefined;
  return { kind: 'literal', type: { kind: value === null ? 'void' : 'string' }, value, start, end };
}

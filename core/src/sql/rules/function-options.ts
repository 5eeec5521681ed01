import { datetimeFormat } from '../functions/datetime-format.ts';
import { isKnownZone } from '../functions/zone-offset.ts';
import { refuse, report } from '../translate/environment.ts';
import { argumentSpan, type FunctionCall } from './function-rule.ts';

export type Options = Readonly<Record<string, string>>;

const FORMATS = new Set(['dateformat', 'timestampformat', 'timestampntzformat']);

/**
 * The options of a function: `map('name', 'value', ...)` of literals, by lower-case name. Those in `ignored` change nothing here.
 * Undefined where it is refused.
 */
export function optionsOf(call: FunctionCall, at: number, known: ReadonlySet<string>): Options | undefined {
  const node = call.node.args[at];
  if (!node) return {};
  if (node.kind !== 'call' || node.name.toLowerCase() !== 'map') {
    report(
      call.environment,
      'sql.type-mismatch',
      'Options are written with map().',
      node,
      "Write map('mode', 'FAILFAST').",
    );
    return undefined;
  }
  const values = node.args.map((one) => call.environment.translate(call.environment, one));
  const options: Record<string, string> = {};
  for (let index = 0; index + 1 < values.length; index += 2) {
    const [name, value] = [values[index]?.literal, values[index + 1]?.literal];
    if (values[index + 1]?.type.kind !== 'string' || typeof name !== 'string' || typeof value !== 'string') {
      report(call.environment, 'sql.type-mismatch', 'Options are texts.', node, 'Write them as string literals.');
      return undefined;
    }
    options[name.toLowerCase()] = value;
  }
  const refused = Object.entries(options).find(([name, value]) => !isEmulated(name, value, known));
  if (refused) {
    refuse(call.environment, `The option ${refused[0]} = ${refused[1]} of ${call.name}`, argumentSpan(call, at));
    return undefined;
  }
  return options;
}

function isEmulated(name: string, value: string, known: ReadonlySet<string>): boolean {
  if (FORMATS.has(name)) return datetimeFormat(value) !== undefined;
  if (name === 'timezone') return isKnownZone(value);
  if (name === 'locale') return /^en(?:[-_]US)?$/i.test(value);
  return known.has(name);
}

import { notEmulatedHere } from '../native-function.ts';
import type { XmlNode } from './document.ts';
import { XPathProblem } from './xpath-syntax.ts';
import { isNodes, numberOf, textOf, truthOf, type XPathValue } from './xpath-values.ts';

type XPathFunction = (args: readonly XPathValue[], here: XmlNode) => XPathValue;

/** Of the node that is looked at, where no argument is given. */
const textHere = (args: readonly XPathValue[], here: XmlNode): string => textOf(args[0] ?? [here]);

function nodesOf(value: XPathValue | undefined, name: string): readonly XmlNode[] {
  if (value === undefined || !isNodes(value)) throw new XPathProblem(`${name} takes nodes.`);
  return value;
}

function named(args: readonly XPathValue[], here: XmlNode, name: string): string {
  const [node] = args.length === 0 ? [here] : nodesOf(args[0], name);
  if (node?.kind === 'instruction') throw notEmulatedHere(`${name}() of an instruction in XPath`);
  return node?.name ?? '';
}

/** Java's `(int)`. */
const toInt = (value: number): number =>
  Number.isNaN(value) ? 0 : Math.max(-2147483648, Math.min(2147483647, Math.trunc(value)));

/** Java's `Math.round`, without the limits of a long. */
const halfUp = (value: number): number => (Number.isNaN(value) ? 0 : Math.floor(value + 0.5));

function substring([value = '', from = 0, length]: readonly XPathValue[]): string {
  const text = textOf(value);
  if (text === '') return '';
  const given = numberOf(from);
  const start = Number.isNaN(given) ? -1000000 : halfUp(given);
  const begin = Math.min(Number.isNaN(given) || start <= 0 ? 0 : toInt(start) - 1, text.length);
  if (length === undefined) return text.slice(begin);
  const end = Math.max(0, Math.min(toInt(halfUp(numberOf(length)) + start) - 1, text.length));
  if (end < begin) throw new Error('[INVALID_XPATH] The substring ends before it begins.');
  return text.slice(begin, end);
}

function translated([value = '', from = '', to = '']: readonly XPathValue[]): string {
  const [searched, replaced] = [textOf(from), textOf(to)];
  let result = '';
  // By Java's characters, of which some make a pair.
  for (let at = 0, whole = textOf(value); at < whole.length; at++) {
    const found = searched.indexOf(whole.charAt(at));
    result += found < 0 ? whole.charAt(at) : replaced.charAt(found);
  }
  return result;
}

function rounded(value: number): number {
  return value >= -0.5 && value < 0 ? -0 : Math.floor(value + 0.5);
}

const text = (of: (...texts: string[]) => XPathValue): XPathFunction => {
  return (args) => of(...args.map(textOf));
};
const number = (of: (value: number) => number): XPathFunction => {
  return ([value = NaN]) => of(numberOf(value));
};

/** XPath's own functions with the fewest and most arguments. */
const FUNCTIONS: Readonly<Record<string, readonly [number, number, XPathFunction]>> = {
  count: [1, 1, ([nodes]) => nodesOf(nodes, 'count').length],
  name: [0, 1, (args, here) => named(args, here, 'name')],
  'local-name': [0, 1, (args, here) => named(args, here, 'local-name').replace(/^[^:]*:/, '')],
  'namespace-uri': [0, 1, (args, here) => named(args, here, 'namespace-uri').slice(0, 0)],
  string: [0, 1, textHere],
  concat: [2, Infinity, text((...texts) => texts.join(''))],
  'starts-with': [2, 2, text((whole = '', start = '') => whole.startsWith(start))],
  contains: [2, 2, text((whole = '', part = '') => whole.includes(part))],
  'substring-before': [
    2,
    2,
    text((whole = '', mark = '') => (whole.includes(mark) ? whole.slice(0, whole.indexOf(mark)) : '')),
  ],
  'substring-after': [
    2,
    2,
    text((whole = '', mark = '') => (whole.includes(mark) ? whole.slice(whole.indexOf(mark) + mark.length) : '')),
  ],
  substring: [2, 3, substring],
  'string-length': [0, 1, (args, here) => textHere(args, here).length],
  'normalize-space': [
    0,
    1,
    (args, here) =>
      textHere(args, here)
        .replace(/[ \t\r\n]+/g, ' ')
        .replace(/^ | $/g, ''),
  ],
  translate: [3, 3, translated],
  boolean: [1, 1, ([value = false]) => truthOf(value)],
  not: [1, 1, ([value = false]) => !truthOf(value)],
  true: [0, 0, () => true],
  false: [0, 0, () => false],
  number: [0, 1, (args, here) => numberOf(args[0] ?? [here])],
  sum: [1, 1, ([nodes]) => nodesOf(nodes, 'sum').reduce((total, node) => total + numberOf([node]), 0)],
  floor: [1, 1, number(Math.floor)],
  ceiling: [1, 1, number(Math.ceil)],
  round: [1, 1, number(rounded)],
};

/** @throws XPathProblem for a function that is none, or has not these arguments. */
export function checkFunction(name: string, count: number): void {
  if (name === 'position' || name === 'last') {
    if (count > 0) throw new XPathProblem(`${name} takes no argument.`);
    return;
  }
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!known) throw new XPathProblem(`The function ${name} of XPath`, name !== 'id' && name !== 'lang');
  if (count < known[0] || count > known[1]) throw new XPathProblem(`${name} takes other arguments.`);
}

export function callFunction(name: string, args: readonly XPathValue[], here: XmlNode): XPathValue {
  const known = FUNCTIONS[name];
  if (!known) throw new XPathProblem(`${name} is no function.`);
  return known[2](args, here);
}

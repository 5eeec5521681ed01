import { native, type NativeFunction, notEmulatedHere } from '../native-function.ts';
import { readDocument, type XmlNode } from './document.ts';
import { XmlProblem } from './pull-parser.ts';
import { callFunction, checkFunction } from './xpath-functions.ts';
import { type NodeTest, parseXPath, type XPath, XPathProblem, type XPathStep } from './xpath-syntax.ts';
import { compared, isNodes, numberOf, textOf, truthOf, type XPathValue } from './xpath-values.ts';

/** Where an expression is looked at; `size`: absent outside of every predicate. */
interface Place {
  readonly node: XmlNode;
  readonly position: number;
  readonly size: number | undefined;
}

interface Compiled {
  readonly expression: XPath;
  /** It asks for texts or for any node: what a CDATA section is beside them Java's XPath says now so, now so. */
  readonly asksForTexts: boolean;
}

const KNOWN = new Map<string, Compiled>();

/** An XPath's expression. @throws XPathProblem for what is none, or is not emulated. */
export function compileXPath(text: string): Compiled {
  const known = KNOWN.get(text);
  if (known) return known;
  const expression = parseXPath(text);
  const compiled = { expression, asksForTexts: check(expression) };
  if (KNOWN.size > 500) KNOWN.clear();
  KNOWN.set(text, compiled);
  return compiled;
}

/** True where a part asks for texts. */
function check(expression: XPath): boolean {
  switch (expression.kind) {
    case 'literal':
      return false;
    case 'negative':
      return check(expression.operand);
    case 'binary':
      return [expression.left, expression.right].map(check).includes(true);
    case 'call':
      checkFunction(expression.name, expression.args.length);
      return expression.args.map(check).includes(true);
    case 'filter':
      return [expression.base, ...expression.predicates].map(check).includes(true);
    case 'path': {
      const inner = expression.steps.flatMap(({ predicates }) => predicates);
      if (typeof expression.from !== 'string') inner.push(expression.from);
      // `//` asks for any node, but only for those that have children.
      const texts = expression.steps.some(
        ({ axis, test }) =>
          test.kind === 'text' || (test.kind === 'node' && !/^(?:self|parent|descendant-or-self)$/.test(axis)),
      );
      return inner.map(check).includes(true) || texts;
    }
  }
}

/** The value of an expression in a document; undefined where one of the texts is empty. */
function evaluated(xml: string, path: string): XPathValue | undefined {
  if (xml === '' || path === '') return undefined;
  try {
    const { expression, asksForTexts } = compileXPath(path);
    const { root, cdata } = readDocument(xml);
    if (cdata && asksForTexts) throw notEmulatedHere('An XPath that asks for texts beside CDATA');
    return value(expression, { node: root, position: 1, size: undefined });
  } catch (error) {
    if (error instanceof XPathProblem && !error.emulated) throw notEmulatedHere(error.message);
    if (error instanceof XPathProblem || error instanceof XmlProblem)
      throw new Error(`[INVALID_XPATH] ${error.message}`, { cause: error });
    throw error;
  }
}

function value(expression: XPath, place: Place): XPathValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'negative':
      return -numberOf(value(expression.operand, place));
    case 'binary':
      return binary(expression, place);
    case 'call':
      return call(expression, place);
    case 'filter':
      return filtered(nodes(value(expression.base, place)), expression.predicates);
    case 'path': {
      let found: readonly XmlNode[] = [place.node];
      if (expression.from === 'root') found = [rootOf(place.node)];
      else if (expression.from !== 'here') found = nodes(value(expression.from, place));
      for (const step of expression.steps) found = ordered(found.flatMap((node) => taken(node, step)));
      return found;
    }
  }
}

function nodes(of: XPathValue): readonly XmlNode[] {
  if (!isNodes(of)) throw new XPathProblem('Nodes are needed.');
  return of;
}

function call({ name, args }: XPath & { readonly kind: 'call' }, place: Place): XPathValue {
  if (name === 'position' || name === 'last') {
    if (place.size === undefined) throw notEmulatedHere(`${name}() of XPath outside of a predicate`);
    return name === 'position' ? place.position : place.size;
  }
  return callFunction(
    name,
    args.map((arg) => value(arg, place)),
    place.node,
  );
}

function binary({ operator, left, right }: XPath & { readonly kind: 'binary' }, place: Place): XPathValue {
  if (operator === 'or' || operator === 'and') {
    const first = truthOf(value(left, place));
    return first === (operator === 'or') ? first : truthOf(value(right, place));
  }
  const [a, b] = [value(left, place), value(right, place)];
  if (operator === '|') return ordered([...nodes(a), ...nodes(b)]);
  if (/[=<>]/.test(operator)) return compared(operator, a, b);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (operator === '+') return x + y;
  if (operator === '-') return x - y;
  if (operator === '*') return x * y;
  return operator === 'div' ? x / y : x % y;
}

function rootOf(node: XmlNode): XmlNode {
  return node.parent ? rootOf(node.parent) : node;
}

/** In the order of the document, each once. */
function ordered(all: readonly XmlNode[]): XmlNode[] {
  return [...new Set(all)].sort((a, b) => a.order - b.order);
}

/** The nodes of a step, in the order in which its axis meets them. */
function taken(node: XmlNode, { axis, test, predicates }: XPathStep): readonly XmlNode[] {
  const met = (AXES[axis]?.(node) ?? []).filter((one) => passes(one, test, axis));
  return filtered(met, predicates);
}

function filtered(met: readonly XmlNode[], predicates: readonly XPath[]): readonly XmlNode[] {
  let left = met;
  for (const predicate of predicates) {
    const size = left.length;
    left = left.filter((node, at) => {
      const found = value(predicate, { node, position: at + 1, size });
      if (typeof found !== 'number') return truthOf(found);
      // Java's XPath cuts some of these to whole numbers.
      if (!Number.isInteger(found)) throw notEmulatedHere(`The position ${found} of XPath`);
      return found === at + 1;
    });
  }
  return left;
}

function passes(node: XmlNode, test: NodeTest, axis: string): boolean {
  switch (test.kind) {
    case 'node':
      return true;
    case 'text':
    case 'comment':
      return node.kind === test.kind;
    case 'instruction':
      return node.kind === 'instruction' && (test.target === undefined || node.name === test.target);
    case 'name':
      // Without namespaces a name is what stands behind its prefix.
      return (
        node.kind === (axis === 'attribute' ? 'attribute' : 'element') &&
        (test.name === '*' || node.name.replace(/^[^:]*:/, '') === test.name)
      );
  }
}

const below = (node: XmlNode): XmlNode[] => node.children.flatMap((child) => [child, ...below(child)]);
const above = (node: XmlNode): XmlNode[] => (node.parent ? [node.parent, ...above(node.parent)] : []);
const siblings = (node: XmlNode): readonly XmlNode[] =>
  node.kind === 'attribute' ? [] : (node.parent?.children ?? []);
const before = (node: XmlNode): XmlNode[] => siblings(node).filter(({ order }) => order < node.order);
const after = (node: XmlNode): XmlNode[] => siblings(node).filter(({ order }) => order > node.order);

/** Those that look back meet the nearest first. */
const AXES: Readonly<Record<string, (node: XmlNode) => readonly XmlNode[]>> = {
  self: (node) => [node],
  child: (node) => node.children,
  attribute: (node) => node.attributes,
  parent: (node) => (node.parent ? [node.parent] : []),
  descendant: below,
  'descendant-or-self': (node) => [node, ...below(node)],
  ancestor: above,
  'ancestor-or-self': (node) => [node, ...above(node)],
  'following-sibling': after,
  'preceding-sibling': (node) => before(node).reverse(),
  following: (node) => {
    if (node.kind === 'attribute') throw notEmulatedHere('What follows an attribute in XPath');
    return [node, ...above(node)].flatMap(after).flatMap((one) => [one, ...below(one)]);
  },
  preceding: (node) => {
    if (node.kind === 'attribute') throw notEmulatedHere('What precedes an attribute in XPath');
    const all = [node, ...above(node)].flatMap(before).flatMap((one) => [one, ...below(one)]);
    return ordered(all).reverse();
  },
};

/** The nodes' own values: an element has none. */
function values(xml: string, path: string): (string | null)[] | null {
  const found = evaluated(xml, path);
  if (found === undefined) return null;
  if (!isNodes(found)) throw new Error('[INVALID_XPATH] xpath gives nodes: use xpath_string.');
  return found.map(({ kind, value: own }) => (kind === 'element' || kind === 'document' ? null : own));
}

/** Java writes a half of a pair of characters as `?`, and not always. */
function wholeText(found: XPathValue): string {
  const text = textOf(found);
  if (!text.isWellFormed()) throw notEmulatedHere('A text of XPath with half a character');
  return text;
}

function of<T>(read: (value: XPathValue) => T): (xml: string, path: string) => T | null {
  return (xml, path) => {
    const found = evaluated(xml, path);
    return found === undefined ? null : read(found);
  };
}

export const XPATH_NATIVES: readonly NativeFunction[] = [
  native('spark_xpath', ['VARCHAR', 'VARCHAR'], 'VARCHAR[]', values),
  native('spark_xpath_string', ['VARCHAR', 'VARCHAR'], 'VARCHAR', of(wholeText)),
  native('spark_xpath_number', ['VARCHAR', 'VARCHAR'], 'DOUBLE', of(numberOf)),
  native('spark_xpath_boolean', ['VARCHAR', 'VARCHAR'], 'BOOLEAN', of(truthOf)),
];

import { plainDouble } from '../java-numbers.ts';
import { stringValue, type XmlNode } from './document.ts';

/** What an expression of XPath gives; nodes in the order of the document, each once. */
export type XPathValue = string | number | boolean | readonly XmlNode[];

export function isNodes(value: XPathValue): value is readonly XmlNode[] {
  return typeof value === 'object';
}

export function textOf(value: XPathValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  const [first] = value;
  return first ? stringValue(first) : '';
}

/** Java's digits without an exponent, and none behind the point of a whole number. */
function numberText(value: number): string {
  if (value === 0) return '0';
  return plainDouble(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

export function numberOf(value: XPathValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = textOf(value).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
}

export function truthOf(value: XPathValue): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  return value.length > 0;
}

type Scalar = string | number | boolean;

/** `=`, `!=`, `<` and so on: of nodes it is true where it is for one of them. */
export function compared(operator: string, left: XPathValue, right: XPathValue): boolean {
  if (isNodes(left) && typeof right === 'boolean') return scalars(operator, truthOf(left), right);
  if (isNodes(right) && typeof left === 'boolean') return scalars(operator, left, truthOf(right));
  const each = (value: XPathValue): readonly Scalar[] => (isNodes(value) ? value.map(stringValue) : [value]);
  return each(left).some((one) => each(right).some((other) => scalars(operator, one, other)));
}

function scalars(operator: string, left: Scalar, right: Scalar): boolean {
  if (operator === '=' || operator === '!=') return equal(left, right) === (operator === '=');
  const [a, b] = [numberOf(left), numberOf(right)];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function equal(left: Scalar, right: Scalar): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean') return truthOf(left) === truthOf(right);
  if (typeof left === 'number' || typeof right === 'number') return numberOf(left) === numberOf(right);
  return left === right;
}

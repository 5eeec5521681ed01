import { type XmlAttribute, XmlReader } from './pull-parser.ts';

/** A node of a document as XPath sees it. */
export interface XmlNode {
  readonly kind: 'document' | 'element' | 'attribute' | 'text' | 'comment' | 'instruction';
  /** Of an element and an attribute with its prefix; of an instruction its target. */
  readonly name: string;
  /** Of what has no children. */
  readonly value: string;
  readonly parent: XmlNode | undefined;
  readonly children: XmlNode[];
  readonly attributes: XmlNode[];
  /** Its place in the document. */
  readonly order: number;
}

export interface XmlDocument {
  readonly root: XmlNode;
  /** It has a CDATA section, which is a node beside texts for some, and a part of them for others. */
  readonly cdata: boolean;
}

/** The tree of a document. @throws XmlProblem where it is not well-formed. */
export function readDocument(text: string): XmlDocument {
  const reader = new XmlReader(text, { whole: true });
  let order = 0;
  const node = (kind: XmlNode['kind'], parent: XmlNode | undefined, name = '', value = ''): XmlNode => ({
    kind,
    name,
    value,
    parent,
    children: [],
    attributes: [],
    order: order++,
  });
  const root = node('document', undefined);
  let open = root;
  for (let event = reader.next(); event.kind !== 'document end'; event = reader.next()) {
    if (event.kind === 'end') {
      open = open.parent ?? root;
      continue;
    }
    const child =
      event.kind === 'start'
        ? node('element', open, event.name)
        : event.kind === 'instruction'
          ? node('instruction', open, event.name, event.text)
          : node(event.kind, open, '', event.text);
    open.children.push(child);
    if (event.kind !== 'start') continue;
    const parent = child;
    child.attributes.push(...visible(event.attributes).map(([name, value]) => node('attribute', parent, name, value)));
    open = child;
  }
  return { root, cdata: reader.cdata };
}

/** Java's trees have attributes in the order of their names; declarations of namespaces are none for XPath. */
function visible(attributes: readonly XmlAttribute[]): XmlAttribute[] {
  return attributes
    .filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** All texts below a node, or its own value. */
export function stringValue(node: XmlNode): string {
  if (node.kind !== 'document' && node.kind !== 'element') return node.value;
  return node.children
    .filter(({ kind }) => kind === 'element' || kind === 'text')
    .map(stringValue)
    .join('');
}

import { notEmulatedHere } from '../native-function.ts';

/** An attribute as it is written: its whole name, and its value with references resolved. */
export type XmlAttribute = readonly [name: string, value: string];

/** What a pull parser gives, one after the other. */
export type XmlEvent =
  | { readonly kind: 'start'; readonly name: string; readonly attributes: readonly XmlAttribute[] }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string; readonly blank: boolean }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'instruction'; readonly name: string; readonly text: string }
  | { readonly kind: 'document end' };

/** What reading or converting an XML text may raise, and a reader of records may catch (Scala's `NonFatal`). */
export class XmlProblem extends Error {}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const NAME = /[A-Za-z_:\u00c0-\ud7ff\uf900-\ufdcf][A-Za-z0-9_:.\-\u00b7\u00c0-\ud7ff\uf900-\ufdcf]*/y;
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')(?:\s+encoding\s*=\s*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;
const BLANK = /^[ \t\r\n]*$/;

/**
 * Reads XML 1.0 without namespaces. A reader of records takes it as Spark's Woodstox gives it: comments and instructions are passed over,
 * texts that touch are one, and nothing behind the root's end is read.
 * What is wrong inside a text is raised once, then the text's end is looked for; what Woodstox makes of a document behind a tag that
 * is wrong is not emulated, and refused where a reader goes on.
 */
export class XmlReader {
  readonly #source: string;
  readonly #open: string[] = [];
  #at = 0;
  #peeked: XmlEvent | undefined;
  /** The end of an empty element, due next. */
  #pendingEnd: string | undefined;
  #insideText = false;
  #started = false;
  #broken: 'tag' | 'end' | undefined;
  readonly #whole: boolean;
  #cdata = false;

  /** @param whole with comments and instructions, and what stands behind the root. */
  constructor(text: string, { whole = false } = {}) {
    this.#whole = whole;
    this.#source = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  /** A CDATA section was met. */
  get cdata(): boolean {
    return this.#cdata;
  }

  /** @throws XmlProblem where the document is not well-formed from here on. */
  peek(): XmlEvent {
    this.#peeked ??= this.#read();
    return this.#peeked;
  }

  /** @throws XmlProblem where the document is not well-formed from here on. */
  next(): XmlEvent {
    const event = this.peek();
    this.#peeked = undefined;
    return event;
  }

  #read(): XmlEvent {
    if (this.#broken === 'end') throw new XmlProblem('the text ends');
    if (this.#broken === 'tag')
      throw notEmulatedHere('XML with a tag that is not well-formed below the root, which Spark reads on behind');
    if (this.#pendingEnd !== undefined) {
      const name = this.#pendingEnd;
      this.#pendingEnd = undefined;
      return { kind: 'end', name };
    }
    if (!this.#started) return this.#prolog();
    if (this.#open.length === 0) return this.#whole ? this.#epilog() : { kind: 'document end' };
    if (this.#insideText) this.#text();
    for (let misc = this.#misc(); misc; misc = this.#misc()) if (this.#whole) return misc;
    return this.#content();
  }

  /** Up to the root's start. */
  #prolog(): XmlEvent {
    if (this.#at === 0 && /^<\?xml[ \t\r\n]/.test(this.#source)) {
      const declaration = DECLARATION.exec(this.#source);
      if (/^<\?xml\s+version\s*=\s*["']1\.1/.test(this.#source)) throw notEmulatedHere('XML 1.1');
      this.#at = declaration ? declaration[0].length : this.#bad('the declaration');
    }
    this.#blank();
    for (let misc = this.#misc(); misc; misc = this.#misc()) {
      if (this.#whole) return misc;
      this.#blank();
    }
    if (this.#source.startsWith('<!DOCTYPE', this.#at)) throw notEmulatedHere('XML with a DOCTYPE');
    if (this.#at >= this.#source.length) this.#end();
    this.#started = true;
    return this.#source.startsWith('<', this.#at) ? this.#startTag() : this.#bad('what stands before the root');
  }

  #epilog(): XmlEvent {
    this.#blank();
    const misc = this.#misc();
    if (!misc && this.#at < this.#source.length) this.#bad('what stands behind the root');
    return misc ?? { kind: 'document end' };
  }

  #blank(): void {
    this.#at += /^[ \t\r\n]*/.exec(this.#source.slice(this.#at))?.[0].length ?? 0;
  }

  /** A comment or a processing instruction: they part texts. */
  #misc(): XmlEvent | undefined {
    if (this.#source.startsWith('<!--', this.#at)) {
      const end = this.#until('--', this.#at + 4);
      if (this.#source.charAt(end) !== '>') this.#bad('a comment');
      const text = this.#source.slice(this.#at + 4, end - 2);
      this.#checkCharacters(text);
      this.#at = end + 1;
      return { kind: 'comment', text: lines(text) };
    }
    if (!this.#source.startsWith('<?', this.#at)) return undefined;
    this.#at += 2;
    const name = this.#name();
    if (name.toLowerCase() === 'xml') this.#bad('a declaration');
    if (!/^(?:\?>|[ \t\r\n])/.test(this.#source.slice(this.#at, this.#at + 2))) this.#bad('an instruction');
    this.#blank();
    const from = this.#at;
    this.#at = this.#until('?>', this.#at);
    const text = this.#source.slice(from, this.#at - 2);
    this.#checkCharacters(text);
    return { kind: 'instruction', name, text: lines(text) };
  }

  /** Where what follows `mark` begins. */
  #until(mark: string, from: number): number {
    const found = this.#source.indexOf(mark, from);
    return found < 0 ? this.#end() : found + mark.length;
  }

  #content(): XmlEvent {
    if (this.#at >= this.#source.length) this.#end();
    if (this.#source.startsWith('</', this.#at)) return this.#endTag();
    if (this.#source.startsWith('<', this.#at) && !this.#source.startsWith('<![CDATA[', this.#at))
      return this.#startTag();
    const text = this.#text();
    return { kind: 'text', text, blank: BLANK.test(text) };
  }

  /** Characters, references and CDATA up to a tag. What is wrong is behind the reader when it raises. */
  #text(): string {
    this.#insideText = true;
    let text = '';
    while (this.#at < this.#source.length) {
      if (this.#source.startsWith('<![CDATA[', this.#at)) {
        const from = this.#at + 9;
        this.#at = this.#until(']]>', from);
        this.#cdata = true;
        const data = this.#source.slice(from, this.#at - 3);
        this.#checkCharacters(data);
        text += lines(data);
        continue;
      }
      const char = this.#source.charAt(this.#at);
      if (char === '<') break;
      if (char === '&') {
        text += this.#reference();
        continue;
      }
      this.#at += 1;
      if (char === '>' && text.endsWith(']]') && this.#source.startsWith(']]>', this.#at - 3))
        throw new XmlProblem(']]> in a text');
      if (isForbidden(char)) throw new XmlProblem('a character that is none of XML');
      if (char === '\r') {
        if (this.#source.charAt(this.#at) === '\n') this.#at += 1;
        text += '\n';
      } else text += char;
    }
    this.#insideText = false;
    return text;
  }

  /** `&lt;`, `&#65;`; the reader stands behind what is wrong in it. */
  #reference(): string {
    const found = /&(?:#(?:x([0-9A-Fa-f]+)|([0-9]+))|([A-Za-z_:][\w:.-]*));/y;
    found.lastIndex = this.#at;
    const [whole, hex, decimal, name] = found.exec(this.#source) ?? [];
    if (whole === undefined) {
      const [begun = '&'] =
        /^&(?:#(?:x[0-9A-Fa-f]*|[0-9]*)|[A-Za-z_:][\w:.-]*)?/.exec(this.#source.slice(this.#at)) ?? [];
      this.#at += begun.length + 1;
      if (this.#at > this.#source.length) this.#end();
      throw new XmlProblem('a reference that is none');
    }
    this.#at += whole.length;
    if (name !== undefined) {
      const known = ENTITIES[name];
      if (known === undefined) throw new XmlProblem(`the entity ${name} is not declared`);
      return known;
    }
    const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
    if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff) || isForbidden(String.fromCodePoint(code)))
      throw new XmlProblem('a reference to no character of XML');
    return String.fromCodePoint(code);
  }

  #startTag(): XmlEvent {
    this.#at += 1;
    const name = this.#name();
    const attributes: XmlAttribute[] = [];
    for (;;) {
      const [space = ''] = /^[ \t\r\n]*/.exec(this.#source.slice(this.#at)) ?? [];
      this.#at += space.length;
      if (this.#at >= this.#source.length) this.#end();
      if (this.#source.startsWith('/>', this.#at) || this.#source.startsWith('>', this.#at)) break;
      if (space === '') this.#bad('a tag');
      const attribute = this.#attribute();
      if (attributes.some(([other]) => other === attribute[0])) this.#bad('an attribute that stands twice');
      attributes.push(attribute);
    }
    const empty = this.#source.startsWith('/', this.#at);
    this.#at += empty ? 2 : 1;
    if (!empty) this.#open.push(name);
    else this.#pendingEnd = name;
    return { kind: 'start', name, attributes };
  }

  #attribute(): XmlAttribute {
    const name = this.#name();
    const [equals] = /^[ \t\r\n]*=[ \t\r\n]*/.exec(this.#source.slice(this.#at)) ?? [];
    if (equals === undefined) return this.#bad('an attribute');
    this.#at += equals.length;
    const quote = this.#source.charAt(this.#at);
    if (quote !== '"' && quote !== "'") return this.#bad('an attribute without quotes');
    this.#at += 1;
    let value = '';
    for (;;) {
      if (this.#at >= this.#source.length) this.#end();
      const char = this.#source.charAt(this.#at);
      if (char === '&') {
        try {
          value += this.#reference();
        } catch (error) {
          if (error instanceof XmlProblem) this.#broken ??= 'tag';
          throw error;
        }
        continue;
      }
      this.#at += 1;
      if (char === quote) return [name, value];
      if (char === '<' || isForbidden(char)) this.#bad('an attribute');
      if (char === '\r' && this.#source.charAt(this.#at) === '\n') this.#at += 1;
      value += /[\t\r\n]/.test(char) ? ' ' : char;
    }
  }

  #endTag(): XmlEvent {
    this.#at += 2;
    const name = this.#name();
    const [rest] = /^[ \t\r\n]*>/.exec(this.#source.slice(this.#at)) ?? [];
    if (rest === undefined && BLANK.test(this.#source.slice(this.#at))) this.#end();
    if (rest === undefined || this.#open.pop() !== name) return this.#bad('an end');
    this.#at += rest.length;
    return { kind: 'end', name };
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const [name] = NAME.exec(this.#source) ?? [];
    if (this.#at >= this.#source.length) this.#end();
    if (name === undefined) return this.#bad('a name');
    this.#at += name.length;
    if (this.#at >= this.#source.length) this.#end();
    // Which of the letters beyond Latin a name may have is a table of its own.
    if (/[^\0-\u007f]/.test(name) && !/^[\p{L}0-9_:.-]+$/u.test(name)) throw notEmulatedHere(`The XML name ${name}`);
    if (this.#source.charAt(this.#at) > '\u007f') throw notEmulatedHere('An XML name of other than letters');
    return name;
  }

  #checkCharacters(text: string): void {
    if (Array.from(text).some(isForbidden)) this.#bad('a character that is none of XML');
  }

  #bad(what: string): never {
    this.#broken ??= 'tag';
    throw new XmlProblem(`${what} is not well-formed`);
  }

  #end(): never {
    this.#broken = 'end';
    throw new XmlProblem('the text ends');
  }
}

/** A line's end is `\n`, however it was written. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function isForbidden(char: string): boolean {
  return (char < ' ' && !'\t\n\r'.includes(char)) || char === '\ufffe' || char === '\uffff';
}

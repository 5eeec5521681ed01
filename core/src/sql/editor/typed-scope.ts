import type { Token } from '../syntax/lexer.ts';
import { isReserved } from '../syntax/names.ts';
import { openers } from './tolerant-tokens.ts';

/** A relation of a FROM clause as the tokens show it, also in a statement that does not parse. */
export interface TypedRelation {
  /** What stands before its columns' dot; undefined for a subquery without a name. */
  readonly alias: string | undefined;
  /** Its text in FROM without the alias: a name, `(SELECT ...)`, `read_files(...)`. */
  readonly text: string;
}

export interface TypedScope {
  readonly relations: readonly TypedRelation[];
  /** The tables of WITH that are known here, each with `name AS (...)` as text. */
  readonly common: readonly { readonly name: string; readonly text: string }[];
}

const SET_WORDS = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS']);
const BEFORE_RELATION = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'USING']);

/** What names may mean at a token, innermost query first. @param at the place among the tokens. */
export function typedScope(text: string, tokens: readonly Token[], at: number): TypedScope {
  const around = openers(tokens);
  const relations: TypedRelation[] = [];
  const common: { name: string; text: string }[] = [];
  for (let level = around[at] ?? -1; ; level = around[level] ?? -1) {
    const own = tokens.flatMap((_, index) => (around[index] === level ? [index] : []));
    relations.push(...relationsOf(text, tokens, segment(tokens, own, at)));
    common.unshift(...commonTables(text, tokens, own, at));
    if (level < 0) break;
  }
  return { relations, common };
}

/** The tokens of one level between the set operators around a place. */
function segment(tokens: readonly Token[], own: readonly number[], at: number): readonly number[] {
  const cuts = own.filter((index) => SET_WORDS.has(tokens[index]?.keyword ?? ''));
  const from = cuts.findLast((index) => index < at) ?? -1;
  const to = cuts.find((index) => index >= at) ?? tokens.length;
  return own.filter((index) => index > from && index < to);
}

function relationsOf(text: string, tokens: readonly Token[], own: readonly number[]): readonly TypedRelation[] {
  const found: TypedRelation[] = [];
  let inFrom = false;
  for (const [place, index] of own.entries()) {
    const token = tokens[index];
    if (!token) continue;
    const starts = BEFORE_RELATION.has(token.keyword) || (inFrom && token.text === ',' && token.kind === 'operator');
    if (token.keyword === 'FROM') inFrom = true;
    else if (isReserved(token.keyword) && !['JOIN', 'ON', 'AS', 'LATERAL'].includes(token.keyword)) inFrom = false;
    const relation = starts ? relationAt(text, tokens, own, place + 1) : undefined;
    if (relation) found.push(relation);
  }
  return found;
}

function relationAt(
  text: string,
  tokens: readonly Token[],
  own: readonly number[],
  from: number,
): TypedRelation | undefined {
  const token = (place: number): Token | undefined => tokens[own[place] ?? -1];
  const first = token(from);
  const isName = (one: Token | undefined): boolean =>
    one?.kind === 'quoted' || (one?.kind === 'word' && !isReserved(one.keyword));
  let place = from;
  let name: string | undefined;
  if (isName(first)) {
    name = token(place++)?.text;
    while (token(place)?.text === '.' && isName(token(place + 1))) {
      name = token(place + 1)?.text;
      place += 2;
    }
  }
  if (token(place)?.text === '(') {
    if (token(place + 1)?.text !== ')') return undefined;
    name = undefined;
    place += 2;
  }
  // The name that is being typed names nothing yet.
  if (token(place)?.text === '.') return undefined;
  const last = token(place - 1);
  if (!first || !last || place === from) return undefined;
  const alias = token(place)?.keyword === 'AS' ? token(place + 1) : token(place);
  return { alias: isName(alias) ? alias?.text : name, text: text.slice(first.start, last.end) };
}

/** `name AS (...)` of a level's WITH, those that end before a place. */
function commonTables(
  text: string,
  tokens: readonly Token[],
  own: readonly number[],
  at: number,
): { name: string; text: string }[] {
  if (!own.some((index) => tokens[index]?.keyword === 'WITH')) return [];
  return own.flatMap((_, place) => {
    const [name, as, open, close] = [0, 1, 2, 3].map((ahead) => tokens[own[place + ahead] ?? -1]);
    const before = tokens[own[place - 1] ?? -1];
    const starts = before?.keyword === 'WITH' || before?.keyword === 'RECURSIVE' || before?.text === ',';
    if (!starts || !name || as?.keyword !== 'AS' || open?.text !== '(' || close?.text !== ')') return [];
    if ((own[place + 3] ?? 0) >= at) return [];
    return [{ name: name.text, text: text.slice(name.start, close.end) }];
  });
}

import { orderable, sortable } from '../translate/orderable.ts';
import type { FrameBound, SortKey, WindowSpecification } from '../syntax/nodes.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { asInterval } from './intervals.ts';
import type { Typed } from '../translate/typed.ts';
import { isDatetime, isIntegral, isInterval, isNumeric, isUnknown, sameType, typeText } from '../types/spark-type.ts';

/** An OVER clause's text, with named windows put in and the order of NULLs written out. */
export function overSql(
  environment: Environment,
  written: WindowSpecification,
  functionName: string,
): { readonly sql: string; readonly specification: WindowSpecification } {
  const specification = resolved(environment, written);
  const { partitionBy, orderBy, frame } = specification;
  const parts: string[] = [];
  if (partitionBy.length > 0)
    parts.push(
      `PARTITION BY ${partitionBy.map((one) => orderable(environment, environment.translate(environment, one), 'PARTITION BY', one)).join(', ')}`,
    );
  if (orderBy.length > 0) parts.push(`ORDER BY ${orderBy.map((key) => sortSql(environment, key)).join(', ')}`);
  if (frame) parts.push(frameSql(environment, specification, frame));
  for (const one of [...partitionBy, ...orderBy.map(({ expression }) => expression)]) {
    const { outer, window } = environment.translate({ ...environment, problems: [] }, one);
    if (window) refuse(environment, 'A window function in a window', one, 'Compute it in a subquery.');
    if (outer)
      refuse(
        environment,
        'A window by a column of the query around it',
        one,
        'Compute the column in the query around it.',
      );
  }
  if (frame && !takesFrame(functionName, frame))
    report(
      environment,
      'sql.syntax',
      `${functionName} has a frame of its own and takes no other.`,
      written,
      'Leave the frame out.',
    );
  if (orderBy.length === 0 && /^(row_number|rank|dense_rank|percent_rank|cume_dist|ntile|lag|lead)$/.test(functionName))
    refuse(environment, `${functionName} without ORDER BY`, written, 'Say ORDER BY: without it the answer is random.');
  return { sql: parts.join(' '), specification };
}

/** Functions of a row's place have a frame of their own, which may be written out; the neighbours' cannot be written. */
function takesFrame(name: string, { unit, start, end }: NonNullable<WindowSpecification['frame']>): boolean {
  if (/^(lag|lead)$/.test(name)) return false;
  if (!/^(row_number|rank|dense_rank|percent_rank|ntile|cume_dist)$/.test(name)) return true;
  return (
    unit === (name === 'cume_dist' ? 'RANGE' : 'ROWS') && start.kind === 'unboundedPreceding' && end.kind === 'current'
  );
}

/** A window with the named one that it stands on. */
export function resolved(environment: Environment, written: WindowSpecification): WindowSpecification {
  if (written.base === undefined) return written;
  if (written.partitionBy.length > 0 || written.orderBy.length > 0 || written.frame)
    report(environment, 'sql.syntax', `A named window takes nothing more.`, written, 'Write the window out.');
  const base = environment.scope.windows.get(written.base.toLowerCase());
  if (!base) {
    refuse(environment, `The window ${written.base}`, written, 'Define it with WINDOW name AS (...).');
    return written;
  }
  const inner = resolved(environment, base);
  const frame = written.frame ?? inner.frame;
  return {
    partitionBy: [...inner.partitionBy, ...written.partitionBy],
    orderBy: written.orderBy.length > 0 ? written.orderBy : inner.orderBy,
    ...(frame ? { frame } : {}),
    start: written.start,
    end: written.end,
  };
}

/** One ORDER BY key: Spark puts NULLs first when ascending and last when descending. */
export function sortSql(environment: Environment, key: SortKey): string {
  const typed = environment.translate(environment, key.expression);
  return sortText(sortable(environment, typed, 'ORDER BY', key.expression), key);
}

export function sortText(sql: string, key: Pick<SortKey, 'descending' | 'nulls'>): string {
  const nulls = key.nulls ?? (key.descending ? 'last' : 'first');
  return `${sql} ${key.descending ? 'DESC' : 'ASC'} NULLS ${nulls.toUpperCase()}`;
}

function frameSql(
  environment: Environment,
  specification: WindowSpecification,
  frame: NonNullable<WindowSpecification['frame']>,
): string {
  checkBounds(environment, specification, frame);
  if (
    frame.unit === 'RANGE' &&
    specification.orderBy.length === 0 &&
    !(frame.start.kind === 'unboundedPreceding' && frame.end.kind === 'unboundedFollowing')
  )
    report(
      environment,
      'sql.type-mismatch',
      '[DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER] A RANGE frame needs an ORDER BY.',
      specification,
      'Say ORDER BY, or count ROWS.',
    );
  const offset = frame.start.offset ?? frame.end.offset;
  if (frame.unit === 'ROWS')
    for (const one of [frame.start.offset, frame.end.offset]) {
      const type = one && environment.translate(environment, one).type;
      if (type && !['int', 'unknown'].includes(type.kind))
        report(environment, 'sql.type-mismatch', 'ROWS counts by an INT.', specification, 'Give an INT.');
    }
  if (frame.unit === 'RANGE' && offset) {
    const [key, more] = specification.orderBy;
    const order = key && !more ? environment.translate(environment, key.expression).type : undefined;
    const by = environment.translate(environment, offset).type;
    const fits =
      order &&
      (isUnknown(order) ||
        isUnknown(by) ||
        (isNumeric(order) && isNumeric(by)) ||
        (order.kind === 'date' && by.kind === 'int') ||
        (isDatetime(order) &&
          isInterval(by) &&
          (order.kind !== 'date' || by.kind === 'interval month' || asInterval(by)?.range === 'day')));
    if (!fits)
      refuse(environment, 'This RANGE frame', specification, 'Use ROWS, or a range over one number or timestamp.');
  }
  const [first] = specification.orderBy;
  const key = frame.unit === 'RANGE' && first ? environment.translate(environment, first.expression) : undefined;
  const bound = (one: FrameBound): string => boundSql(environment, one, key, first?.descending === true);
  return `${frame.unit} BETWEEN ${bound(frame.start)} AND ${bound(frame.end)}`;
}

/** A frame ends no earlier than it starts, and both ends of a RANGE count in one type. */
function checkBounds(
  environment: Environment,
  specification: WindowSpecification,
  { unit, start, end }: NonNullable<WindowSpecification['frame']>,
): void {
  const [from, to] = [start, end].map((bound) => distance(environment, bound));
  const upsideDown = from !== undefined && to !== undefined && from > to;
  if (upsideDown || start.kind === 'unboundedFollowing' || end.kind === 'unboundedPreceding')
    report(
      environment,
      'sql.type-mismatch',
      '[DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON] The frame ends before it starts.',
      specification,
      'Write the earlier bound first.',
    );
  if (unit !== 'RANGE' || !start.offset || !end.offset) return;
  const [lower, upper] = [start.offset, end.offset].map((one) => environment.translate(environment, one).type);
  // Spark casts two numbers to the type of what they are ordered by.
  if (!lower || !upper || (isNumeric(lower) && isNumeric(upper))) return;
  if (!isUnknown(lower) && !isUnknown(upper) && !sameType(lower, upper))
    report(
      environment,
      'sql.type-mismatch',
      `[DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES] The frame's bounds are ${typeText(lower)} and ${typeText(upper)}.`,
      specification,
      'Write both in one type.',
    );
}

/** How many rows or units after the current one a bound lies, where a number says so. */
function distance(environment: Environment, { kind, offset }: FrameBound): number | undefined {
  if (kind === 'current') return 0;
  if (!offset) return undefined;
  const negative = offset.kind === 'unary' && offset.operator === '-';
  const { literal } = environment.translate(environment, negative ? offset.operand : offset);
  const size = literal === undefined || literal === null ? Number.NaN : Number(literal) * (negative ? -1 : 1);
  if (Number.isNaN(size)) return undefined;
  return kind === 'preceding' ? -size : size;
}

/** @param key what a RANGE is counted over. */
function boundSql(environment: Environment, bound: FrameBound, key: Typed | undefined, descending: boolean): string {
  switch (bound.kind) {
    case 'unboundedPreceding':
      return 'UNBOUNDED PRECEDING';
    case 'unboundedFollowing':
      return 'UNBOUNDED FOLLOWING';
    case 'current':
      return 'CURRENT ROW';
    case 'preceding':
    case 'following': {
      const away = distance(environment, bound);
      // DuckDB takes no negative number there; to Spark it points the other way.
      if (key === undefined && away !== undefined && (bound.kind === 'preceding' ? away > 0 : away < 0))
        return away > 0 ? `${away} FOLLOWING` : `${-away} PRECEDING`;
      const offset = offsetSql(environment, bound, key?.type.kind === 'date');
      const up = (bound.kind === 'following') !== descending;
      return `${key && isIntegral(key.type) ? checkedOffset(environment, key, offset, up) : offset} ${bound.kind.toUpperCase()}`;
    }
  }
}

const BITS: Readonly<Record<string, bigint>> = { tinyint: 8n, smallint: 16n, int: 32n, bigint: 64n };

/** Spark computes the bound in the type of the key: where it does not fit ANSI raises, and with ANSI off it lies at the other end. */
function checkedOffset({ profile }: Environment, key: Typed, offset: string, up: boolean): string {
  const end = 1n << ((BITS[key.type.kind] ?? 64n) - 1n);
  const bound = `CAST(${key.sql} AS HUGEINT) ${up ? '+' : '-'} ${offset}`;
  const condition = ['tinyint', 'smallint'].includes(key.type.kind)
    ? 'BINARY_ARITHMETIC_OVERFLOW'
    : 'ARITHMETIC_OVERFLOW';
  const message = profile.ansi
    ? `[${condition}] The bound of a RANGE frame does not fit ${key.type.kind.toUpperCase()}.`
    : `[NOT_EMULATED] A bound of a RANGE frame that does not fit ${key.type.kind.toUpperCase()}.`;
  return `CASE WHEN ${bound} NOT BETWEEN ${-end} AND ${end - 1n} THEN error('${message}') ELSE ${offset} END`;
}

function offsetSql(environment: Environment, { offset }: FrameBound, days: boolean): string {
  if (!offset) return '';
  const { sql, type, local, outer } = environment.translate(environment, offset);
  if (local === true || outer === true)
    report(environment, 'sql.syntax', 'A bound of a frame is a constant.', offset, 'Write a number or an interval.');
  return days && type.kind === 'int' ? `to_days(${sql})` : sql;
}

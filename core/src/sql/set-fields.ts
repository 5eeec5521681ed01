import type { Expression } from './syntax/nodes.ts';
import { ProblemError, type Span } from './syntax/problem.ts';
import type { Assignment, TargetColumn } from './syntax/statement-nodes.ts';
import { STRING } from './types/spark-type.ts';
import { isDefault } from './defaults.ts';

/** A field of a struct, with its own fields where it is a struct too. */
export interface FieldShape {
  readonly name: string;
  readonly fields?: readonly FieldShape[];
}

/** The fields of a table's columns that are structs, by the column's name in lower case. */
export type StructFields = ReadonlyMap<string, readonly FieldShape[]>;

/** What SET says of one column: the fields on the way to the value, none for the whole column. */
interface Setting {
  readonly path: readonly string[];
  readonly value: Expression;
  readonly span: Span;
}

/** The column that SET names and the fields inside it, without the table's name before them. */
export function pathOf({ qualifier, text }: TargetColumn, table: readonly string[]): readonly string[] {
  const parts = [...qualifier.map((part) => part.text), text];
  const names = table.map((name) => name.toLowerCase());
  for (let count = Math.min(qualifier.length, names.length); count > 0; count--)
    if (names.slice(-count).every((name, at) => name === parts[at]?.toLowerCase())) return parts.slice(count);
  return parts;
}

/**
 * A struct with some of its fields set anew and the others as they were; a struct that is NULL becomes one whose other fields are NULL, as
 * in Delta Lake.
 * @param parts the names that lead to the struct as it was.
 * @throws ProblemError `sql.unresolved-column` for a field that is not there.
 */
export function structWith(
  parts: readonly string[],
  fields: readonly FieldShape[] | undefined,
  settings: readonly Setting[],
): Expression {
  const span = settings[0]?.span ?? { start: 0, end: 0 };
  const unknown = settings.find(({ path: [name] }) => !fields?.some((field) => sameName(field.name, name)));
  if (!fields || unknown) throw noField(parts.at(-1) ?? '', unknown ?? settings[0], fields);
  const args = fields.flatMap((field): Expression[] => {
    const within = settings.filter(({ path: [name] }) => sameName(field.name, name));
    const name: Expression = { kind: 'literal', type: STRING, value: field.name, ...span };
    return [name, fieldValue([...parts, field.name], field, within, span)];
  });
  return {
    kind: 'call',
    name: 'named_struct',
    nameSpan: span,
    args,
    named: [],
    distinct: false,
    ignoreNulls: false,
    ...span,
  };
}

function fieldValue(
  parts: readonly string[],
  { fields }: FieldShape,
  settings: readonly Setting[],
  span: Span,
): Expression {
  const [whole] = settings.filter(({ path }) => path.length === 1);
  if (whole) return whole.value;
  if (settings.length === 0) return { kind: 'column', parts: parts.map((text) => ({ text, ...span })), ...span };
  const inner = settings.map((setting) => ({ ...setting, path: setting.path.slice(1) }));
  return structWith(parts, fields, inner);
}

/** The settings of fields inside a column. @throws ProblemError `sql.not-emulated` for DEFAULT, which no field has. */
export function fieldSettings(
  assignments: readonly Assignment[],
  table: readonly string[],
  column: string,
): readonly Setting[] {
  return assignments.flatMap(({ column: target, value }) => {
    const [first, ...path] = pathOf(target, table);
    if (!sameName(column, first) || path.length === 0) return [];
    const span: Span = { start: target.start, end: target.end };
    if (isDefault(value))
      throw new ProblemError({
        code: 'sql.not-emulated',
        message: 'DEFAULT for a field inside a column is not emulated locally.',
        span,
        nextStep: 'Write the value.',
      });
    return [{ path, value, span }];
  });
}

/** True where both name one thing, or one names what is inside the other. */
export function overlaps(left: readonly string[], right: readonly string[]): boolean {
  return left.slice(0, right.length).every((name, at) => sameName(name, right[at]));
}

function sameName(left: string, right: string | undefined): boolean {
  return left.toLowerCase() === right?.toLowerCase();
}

function noField(
  struct: string,
  setting: Setting | undefined,
  fields: readonly FieldShape[] | undefined,
): ProblemError {
  const field = setting?.path[0] ?? '';
  return new ProblemError({
    code: 'sql.unresolved-column',
    message: fields ? `${struct} has no field ${field}.` : `${struct} is no struct and has no field ${field}.`,
    span: setting?.span ?? { start: 0, end: 0 },
    nextStep: fields ? `Fields: ${fields.map(({ name }) => name).join(', ')}.` : 'Set the whole column.',
  });
}

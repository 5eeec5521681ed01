import { limitedType } from './declared-types.ts';
import type { DeltaField } from './schema.ts';
import { readTypeText, type TypeTextReader } from './type-text.ts';
import type { Constraint } from './write-requirements.ts';

/** What a column that is declared with CHAR(n) or VARCHAR(n) in it demands of its values, as Delta demands it: n characters at most. */
export function lengthChecks(field: DeltaField): Constraint[] {
  const limited = limitedType(field);
  if (limited === undefined) return [];
  const sql = checkOf(readTypeText(limited), quoted(field.name), 0);
  return sql === undefined ? [] : [{ name: field.name, sql, limited }];
}

/** A condition of Databricks SQL on a value of a type; undefined where it demands nothing. */
function checkOf(reader: TypeTextReader, value: string, depth: number): string | undefined {
  const name = reader.word();
  const element = `e${depth}`;
  const each = (list: string, check: string | undefined): string[] =>
    check === undefined ? [] : [`(${list} IS NULL OR forall(${list}, ${element} -> ${check}))`];
  switch (name) {
    case 'char':
    case 'varchar': {
      reader.expect('(');
      const length = reader.word();
      reader.expect(')');
      return `(${value} IS NULL OR length(${value}) <= ${length})`;
    }
    case 'array': {
      reader.expect('<');
      const check = checkOf(reader, element, depth + 1);
      reader.expect('>');
      return all(each(value, check));
    }
    case 'map': {
      reader.expect('<');
      const keys = each(`map_keys(${value})`, checkOf(reader, element, depth + 1));
      reader.expect(',');
      const values = each(`map_values(${value})`, checkOf(reader, element, depth + 1));
      reader.expect('>');
      return all([...keys, ...values]);
    }
    case 'struct': {
      reader.expect('<');
      const checks: string[] = [];
      while (!reader.take('>')) {
        reader.take(',');
        const field = reader.identifier();
        reader.take(':');
        const check = checkOf(reader, `${value}.${quoted(field)}`, depth);
        if (check !== undefined) checks.push(check);
      }
      return all(checks);
    }
    default: {
      if (!reader.take('(')) return undefined;
      while (!reader.take(')')) if (!reader.take(',')) reader.word();
      return undefined;
    }
  }
}

function all(checks: readonly string[]): string | undefined {
  return checks.length > 0 ? `(${checks.join(' AND ')})` : undefined;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

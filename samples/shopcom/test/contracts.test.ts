import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const read = (pattern: string): Record<string, string> =>
  Object.fromEntries(
    globSync(pattern, { cwd: project }).map((file) => [file, readFileSync(`${project}/${file}`, 'utf8')]),
  );

/** Cuts at a word or comma that stands outside of parentheses and literals. */
function cutOutside(text: string, mark: RegExp): string[] {
  const masked = text.replaceAll(/'[^']*'/g, (literal) => '_'.repeat(literal.length));
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (const match of masked.matchAll(new RegExp(`[()]|${mark.source}`, 'g'))) {
    if (match[0] === '(') depth++;
    else if (match[0] === ')') depth--;
    else if (depth === 0) {
      pieces.push(text.slice(from, match.index));
      from = match.index + match[0].length;
    }
  }
  return [...pieces, text.slice(from)];
}

/** The tables that the SQL creates, with the names of their columns in order. */
function createdTables(): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const sql of Object.values(read('src/**/*.sql'))) {
    for (const [, name, query] of sql.matchAll(/CREATE OR REPLACE TABLE (\S+)[\s\S]*?\nAS ([\s\S]*?);/g)) {
      const [list = ''] = cutOutside(cutOutside(query!, /\bSELECT\b/).at(-1)!, /\bFROM\b/);
      tables.set(
        name!,
        cutOutside(list, /,/).map((item) => /(\w+)\s*$/.exec(item)![1]!),
      );
    }
  }
  return tables;
}

function contracts(): Map<string, { file: string; text: string; columns: string[] }> {
  return new Map(
    Object.entries(read('contracts/**/*.odcs.yaml')).map(([file, text]) => {
      const columns = Array.from(text.matchAll(/^ {6}- name: (\w+)\n {8}logicalType/gm), ([, name]) => name!);
      return [/^ {4}physicalName: (\S+)$/m.exec(text)![1]!, { file, text, columns }];
    }),
  );
}

describe("ShopCom's contracts", () => {
  it('describe each table that the SQL creates, in the folder of its layer, with all of its columns', () => {
    const tables = createdTables();
    const described = contracts();
    assert.equal(tables.size, 21);
    assert.deepEqual([...described.keys()].sort(), [...tables.keys()].sort());
    for (const [name, { file, columns }] of described) {
      assert.equal(file, `contracts/${name.replace('.', '/')}.odcs.yaml`);
      assert.deepEqual(columns, tables.get(name), name);
    }
  });

  it('accept exactly the reasons that the SQL gives', () => {
    const described = contracts();
    for (const table of ['order_lines', 'interactions', 'geo']) {
      const sql = readFileSync(`${project}/src/silver/${table}.sql`, 'utf8');
      const given = Array.from(sql.matchAll(/THEN '(\w+)'/g), ([, reason]) => reason!).sort();
      const { text } = described.get(`silver.${table}_quarantine`)!;
      const accepted = /name: reason\n[\s\S]*?pattern: '\^\(([\w|]+)\)\$'/.exec(text)![1]!.split('|').sort();
      assert.deepEqual(accepted, given, table);
    }
  });

  it('name where the rows of each source went that are not in its table', () => {
    const described = contracts();
    for (const table of ['order_lines', 'interactions', 'geo']) {
      const { text } = described.get(`silver.${table}`)!;
      for (const [kind, suffix] of [
        ['quarantine', '_quarantine'],
        ['duplicates', '_duplicates'],
      ] as const) {
        assert.match(text, new RegExp(`property: medallion\\.${kind}\\n +value: silver\\.${table}${suffix}\\n`));
        assert.ok(described.has(`silver.${table}${suffix}`));
      }
    }
  });
});

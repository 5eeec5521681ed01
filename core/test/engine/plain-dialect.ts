import type { SourceRange } from '@medallion/core/base/diagnostic.ts';
import type {
  CompiledQuery,
  CompiledStatement,
  Dialect,
  LakeRelation,
  TableReference,
} from '@medallion/core/sql/contract.ts';

/**
 * DuckDB's own SQL with lake relations marked, so that the engine is tested apart from the dialect: `@{schema.table}` is a table,
 * `@files{path|option=value}` a read_files, `:name` a parameter, and `-> a:int, b:string` at a query's end says its columns.
 */
export const plainDialect: Dialect = {
  analyze: () => [],
  assign: (sql, from, to) => (from === 'VARCHAR' && to !== 'VARCHAR' ? undefined : `CAST(${sql} AS ${to})`),
  functions: [],
  prelude: () => [
    'CREATE OR REPLACE MACRO plus_one(x) AS x + 1',
    'CREATE OR REPLACE MACRO late(x) AS now() + to_days(x)',
  ],
  compile: ({ text, file }, parameters) => {
    const filled = text.replaceAll(/:(\w+)\b/g, (whole, name: string) => parameters.get(name) ?? whole);
    const statements: CompiledStatement[] = [];
    let line = 1;
    for (const part of filled.split(';')) {
      const leading = /^\s*/.exec(part)?.[0] ?? '';
      const range = { file, start: { line: line + leading.split('\n').length - 1, column: 1 } };
      line += part.split('\n').length - 1;
      if (part.trim() === '') continue;
      if (part.includes('NOT EMULATED')) {
        const message = 'NOT EMULATED is not emulated.';
        return { ok: false, diagnostics: [{ severity: 'error', code: 'sql.not-emulated', message, range }] };
      }
      statements.push(statement(part.trim(), range));
    }
    return { ok: true, statements };
  },
};

type Shape = (match: RegExpExecArray, base: { text: string; range: SourceRange }) => CompiledStatement;

const shapes: readonly (readonly [RegExp, Shape])[] = [
  [/^USE CATALOG (\S+)$/, (m, base) => ({ ...base, kind: 'useCatalog', catalog: m[1]! })],
  [
    /^DROP TABLE (\S+)$/,
    (m, base) => ({
      ...base,
      kind: 'dropTable',
      object: 'TABLE',
      target: reference(m[1]!, base.range),
      ifExists: false,
    }),
  ],
  [
    /^CREATE (OR REPLACE )?TABLE (IF NOT EXISTS )?(\S+)(?: PARTITIONED BY \((.*?)\))? AS\s([^]*)$/,
    (m, base) => ({
      ...base,
      kind: 'createTableAs',
      target: reference(m[3]!, base.range),
      mode: m[1] ? 'createOrReplace' : m[2] ? 'createIfNotExists' : 'create',
      partitionedBy: m[4]?.split(/,\s*/) ?? [],
      clusteredBy: [],
      properties: new Map(),
      query: query(m[5]!, base.range),
    }),
  ],
  [
    /^INSERT (INTO|OVERWRITE) (\S+) ([^]*)$/,
    (m, base) => ({
      ...base,
      kind: 'insert',
      target: reference(m[2]!, base.range),
      mode: m[1] === 'INTO' ? 'append' : 'overwrite',
      byName: false,
      query: query(m[3]!, base.range),
    }),
  ],
  [
    /^CREATE TEMPORARY VIEW (\S+) AS\s([^]*)$/,
    (m, base) => ({
      ...base,
      kind: 'createTemporaryView',
      name: m[1]!,
      global: false,
      orReplace: true,
      query: query(m[2]!, base.range),
    }),
  ],
];

function statement(text: string, range: SourceRange): CompiledStatement {
  const base = { text, range };
  for (const [pattern, shape] of shapes) {
    const match = pattern.exec(text);
    if (match) return shape(match, base);
  }
  return { ...base, kind: 'query', query: query(text, range) };
}

function query(text: string, range: SourceRange): CompiledQuery {
  const [sql = '', columns = ''] = text.split('->');
  const relations: LakeRelation[] = [];
  const placeholder = (): string => `__lake_${relations.length}`;
  const duckdbSql = sql.replaceAll(/@(files)?\{(.*?)\}/g, (_whole, files: string | undefined, inside: string) => {
    const name = placeholder();
    const [path = '', ...options] = inside.split('|');
    relations.push(
      files
        ? {
            kind: 'files',
            placeholder: name,
            path,
            options: new Map(options.map((option) => option.split('=') as [string, string])),
            usesMetadata: sql.includes('_metadata'),
            range,
          }
        : { kind: 'table', placeholder: name, table: reference(path, range) },
    );
    return name;
  });
  return { relations, bind: () => ({ duckdbSql, columns: columnsOf(columns) }) };
}

function columnsOf(text: string): { name: string; typeText: string }[] {
  return text
    .split(/,(?![^(<]*[)>])/)
    .map((one) => one.trim().split(/:(.*)/))
    .map(([name = '', typeText = '']) => ({ name, typeText }));
}

function reference(name: string, range: SourceRange): TableReference {
  const [table = '', schema, catalog] = name.split('.').reverse();
  return { table, range, ...(schema === undefined ? {} : { schema }), ...(catalog === undefined ? {} : { catalog }) };
}

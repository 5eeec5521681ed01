import type { CatalogCommand } from '../../../sql/catalog-command.ts';
import { schemaSql } from '../../../sql/functions/schema-sql.ts';
import { typeFromText } from '../../../sql/syntax/type-text.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { ownProperties, quotedPart, redacted } from './facts.ts';
import type { CatalogHost, DescribedColumn, DescribedRelation } from './host.ts';
import type { StoredKey } from '../../../lake/table-keys.ts';
import { shown, type Shown } from './shown.ts';
import { keyText, quoted as backticked } from './table-keys.ts';

/** SHOW CREATE TABLE: the statement that would make the table or view anew, as Spark writes it. */
export async function showCreate(
  host: CatalogHost,
  { target }: Extract<CatalogCommand, { kind: 'showCreate' }>,
): Promise<Shown> {
  const relation = await host.relation(target);
  if (relation.temporary) throw temporary(relation.table);
  const lines = relation.view ? viewLines(relation) : tableLines(relation);
  return shown('createtab_stmt:string', [[`${lines.join('\n')}\n`]]);
}

function tableLines(relation: DescribedRelation): string[] {
  const {
    columns,
    provider,
    options,
    partitionColumns,
    clusteringColumns = [],
    buckets,
    comment,
    keys = [],
  } = relation;
  const told = options ?? new Map<string, string>();
  const properties = new Map([...ownProperties(relation)].filter(([key]) => !told.has(key)));
  const names = (all: readonly string[]): string => all.map(quotedPart).join(', ');
  return [
    `CREATE TABLE ${nameOf(relation, [relation.catalog])} (`,
    `${[...columns.map(columnText), ...keys.map(constraintText)].map((line) => `  ${line}`).join(',\n')})`,
    ...(provider === undefined ? [] : [`USING ${provider}`]),
    ...pairs('OPTIONS', told),
    ...(partitionColumns.length > 0 ? [`PARTITIONED BY (${names(partitionColumns)})`] : []),
    ...(clusteringColumns.length > 0 ? [`CLUSTER BY (${names(clusteringColumns)})`] : []),
    ...(buckets ? [`CLUSTERED BY (${names(buckets.columns)})`] : []),
    ...(buckets && buckets.sorted.length > 0 ? [`SORTED BY (${names(buckets.sorted)})`] : []),
    ...(buckets ? [`INTO ${buckets.count} BUCKETS`] : []),
    ...(comment === undefined ? [] : [`COMMENT ${quoted(comment)}`]),
    ...pairs('TBLPROPERTIES', properties),
  ];
}

function constraintText(key: StoredKey): string {
  return `CONSTRAINT ${backticked(key.name)} ${keyText(key)}`;
}

function columnText({ name, typeText, nullable = true, comment, rule }: DescribedColumn): string {
  return [
    `${quotedPart(name)} ${schemaSql(typeFromText(typeText))}`,
    ...(nullable ? [] : ['NOT NULL']),
    ...(rule?.kind === 'default' ? [`DEFAULT ${rule.sql}`] : []),
    ...(rule?.kind === 'generated' ? [`GENERATED ALWAYS AS (${rule.sql})`] : []),
    ...(rule?.kind === 'identity'
      ? [
          `GENERATED ${rule.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (START WITH ${rule.start} INCREMENT BY ${rule.step})`,
        ]
      : []),
    ...(comment === undefined ? [] : [`COMMENT ${quoted(comment)}`]),
  ].join(' ');
}

function viewLines(relation: DescribedRelation): string[] {
  const { columns, comment, view } = relation;
  const named = columns.map(
    ({ name, comment: told }) => `  ${quotedPart(name)}${told === undefined ? '' : ` COMMENT ${quoted(told)}`}`,
  );
  const mode = view?.schemaMode ?? 'BINDING';
  return [
    `CREATE VIEW ${nameOf(relation, [])} (`,
    `${named.join(',\n')})`,
    ...(comment === undefined ? [] : [`COMMENT ${quoted(comment)}`]),
    ...pairs('TBLPROPERTIES', ownProperties(relation)),
    `WITH SCHEMA ${mode}`,
    `AS ${view?.text ?? ''}`,
  ];
}

function nameOf({ schema, table }: DescribedRelation, before: readonly (string | undefined)[]): string {
  return [...before, schema, table].flatMap((name) => (name === undefined ? [] : [quotedPart(name)])).join('.');
}

function pairs(title: string, map: ReadonlyMap<string, string>): string[] {
  if (map.size === 0) return [];
  const lines = redacted(map).map(([key, value]) => `  ${quoted(key)} = ${quoted(value)}`);
  return [`${title} (`, `${lines.join(',\n')})`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

function temporary(name: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.wrong-kind',
    message: `${name} is a temporary view; SHOW CREATE TABLE shows tables and views of a catalog.`,
    nextStep: 'Name a table, or a view of the catalog.',
  });
}

import type { CatalogCommand, Commented, Creation, GrantedOn, SchemaReference, TableKey } from './catalog-command.ts';
import type { TableReference } from './contract.ts';
import type { CatalogCommandNode } from './syntax/catalog-nodes.ts';
import type { Name } from './syntax/nodes.ts';
import type { KeyNode } from './syntax/statement-nodes.ts';

/** A command with its names as references. @param target a table's name as a reference. */
export function compileCatalog(
  node: CatalogCommandNode,
  target: (parts: readonly Name[]) => TableReference,
): CatalogCommand {
  switch (node.kind) {
    case 'describeRelation': {
      const { kind, extended, asJson, column, partition } = node;
      const parts = { ...(column ? { column } : {}), ...(partition ? { partition } : {}) };
      return { kind, target: target(node.target), extended, asJson, ...parts };
    }
    case 'describeSchema':
      return { kind: node.kind, name: schemaReference(node.schema), extended: node.extended };
    case 'describeCatalog':
      return { kind: node.kind, catalog: node.catalog.text, extended: node.extended };
    case 'describeFunction':
      return { kind: node.kind, name: texts(node.name), extended: node.extended };
    case 'showTables':
      return { kind: node.kind, ...within(node.within), ...patternOf(node) };
    case 'showTableExtended': {
      const { kind, pattern, partition } = node;
      return { kind, ...within(node.within), pattern, ...(partition ? { partition } : {}) };
    }
    case 'showSchemas':
      return { kind: node.kind, ...(node.catalog ? { catalog: node.catalog.text } : {}), ...patternOf(node) };
    case 'showCatalogs':
      return { kind: node.kind, ...patternOf(node) };
    case 'showProperties':
      return { kind: node.kind, target: target(node.target), ...(node.key === undefined ? {} : { key: node.key }) };
    case 'showCreate':
      return { kind: node.kind, target: target(node.target) };
    case 'showPartitions': {
      const { kind, partition } = node;
      return { kind, target: target(node.target), ...(partition ? { partition } : {}) };
    }
    case 'comment':
      return { kind: node.kind, on: commented(node, target), text: node.text };
    case 'alterSchema':
      return { kind: node.kind, name: schemaReference(node.schema), change: node.change };
    case 'analyze':
      return { ...node, target: target(node.target) };
    case 'expectRelation':
      return { kind: node.kind, statement: node.statement, target: target(node.target) };
    case 'expectFunction':
      return { kind: node.kind, statement: node.statement, name: texts(node.name) };
    case 'grant':
      return { ...node, on: grantedOn(node.on, target) };
    case 'showGrants': {
      const { kind, on, principal } = node;
      return { kind, on: grantedOn(on, target), ...(principal === undefined ? {} : { principal }) };
    }
    case 'tags': {
      const { kind, column, set, unset } = node;
      return { kind, on: grantedOn(node.on, target), ...(column === undefined ? {} : { column }), set, unset };
    }
    case 'addKey':
      return { kind: node.kind, target: target(node.target), key: compileKey(node.key, target) };
    case 'dropPrimaryKey':
      return { kind: node.kind, target: target(node.target), ifExists: node.ifExists };
    case 'createCatalog':
      return { kind: node.kind, name: node.name.text, ...creation(node) };
    case 'createVolume':
      return { kind: node.kind, target: target(node.target), ...creation(node) };
    case 'dropVolume':
      return { kind: node.kind, target: target(node.target), ifExists: node.ifExists };
    case 'rowFilter': {
      const { kind, filter } = node;
      const policy = filter && { functionName: target(filter.functionName), columns: filter.columns };
      return { kind, target: target(node.target), ...(policy ? { filter: policy } : {}) };
    }
    case 'mask': {
      const { kind, column, mask } = node;
      const policy = mask && { functionName: target(mask.functionName), columns: mask.columns };
      return { kind, target: target(node.target), column, ...(policy ? { mask: policy } : {}) };
    }
    case 'showCurrent':
    case 'nothing':
      return node;
  }
}

function creation(
  node: Pick<Extract<CatalogCommandNode, { kind: 'createVolume' }>, 'ifNotExists' | 'comment' | 'location'>,
): Creation {
  const { ifNotExists, comment, location } = node;
  return {
    ifNotExists,
    ...(comment === undefined ? {} : { comment }),
    ...(location === undefined ? {} : { location }),
  };
}

/** A key with its parent's name as a reference. */
export function compileKey(key: KeyNode, target: (parts: readonly Name[]) => TableReference): TableKey {
  const { kind, columns } = key;
  const named = { columns, ...(key.name === undefined ? {} : { name: key.name }) };
  if (kind === 'primary') return { kind, ...named };
  const { parentColumns } = key;
  return { kind, ...named, parent: target(key.parent), ...(parentColumns ? { parentColumns } : {}) };
}

function commented(
  { on, name }: Extract<CatalogCommandNode, { kind: 'comment' }>,
  target: (parts: readonly Name[]) => TableReference,
): Commented {
  switch (on) {
    case 'catalog':
      return { kind: on, catalog: name[0]?.text ?? '' };
    case 'schema':
      return { kind: on, name: schemaReference(name) };
    case 'relation':
      return { kind: on, target: target(name) };
    case 'column':
      return { kind: on, target: target(name.slice(0, -1)), column: name.at(-1)?.text ?? '' };
  }
}

function grantedOn(
  { type, name }: Extract<CatalogCommandNode, { kind: 'grant' }>['on'],
  target: (parts: readonly Name[]) => TableReference,
): GrantedOn {
  switch (type) {
    case 'METASTORE':
      return { type };
    case 'CATALOG':
      return name[0] ? { type, catalog: name[0].text } : { type };
    case 'SCHEMA':
      return name.length > 0 ? { type, name: schemaReference(name) } : { type };
    case 'TABLE':
    case 'FUNCTION':
    case 'VOLUME':
      return { type, target: target(name) };
  }
}

/** `catalog.schema` or `schema`. */
export function schemaReference(parts: readonly Name[]): SchemaReference {
  const [schema, catalog] = texts(parts).toReversed();
  return { schema: schema ?? '', ...(catalog === undefined ? {} : { catalog }) };
}

function within(parts: readonly Name[] | undefined): { readonly within?: SchemaReference } {
  return parts ? { within: schemaReference(parts) } : {};
}

function patternOf({ pattern }: { readonly pattern: string | undefined }): { readonly pattern?: string } {
  return pattern === undefined ? {} : { pattern };
}

function texts(parts: readonly Name[]): string[] {
  return parts.map(({ text }) => text);
}

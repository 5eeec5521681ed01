import { ExpectedError } from '../base/expected-error.ts';
import type { Metadata, Protocol } from './actions.ts';
import { isComplete, isMapped, mappingModeKey, withMaxColumnId } from './column-mapping.ts';
import { columnRules } from './column-rules.ts';
import { indexedColumns } from './indexed-columns.ts';
import { typeChangesIn } from './type-widening.ts';
import type { DeltaStruct, DeltaType } from './schema.ts';

/** What a new table is to be. */
export interface TableDefinition {
  readonly schema: DeltaStruct;
  readonly partitionColumns: readonly string[];
  readonly clusteringColumns?: readonly string[];
  readonly description?: string;
  /** TBLPROPERTIES; those of Delta begin with `delta.`. */
  readonly configuration?: Readonly<Record<string, string>>;
}

interface Feature {
  readonly name: string;
  readonly reader: boolean;
}

const deletionVectors: Feature = { name: 'deletionVectors', reader: true };
const timestampNtz: Feature = { name: 'timestampNtz', reader: true };
const checkConstraints: Feature = { name: 'checkConstraints', reader: false };
const changeDataFeed: Feature = { name: 'changeDataFeed', reader: false };
const generatedColumns: Feature = { name: 'generatedColumns', reader: false };
const identityColumns: Feature = { name: 'identityColumns', reader: false };
const allowColumnDefaults: Feature = { name: 'allowColumnDefaults', reader: false };
const columnMapping: Feature = { name: 'columnMapping', reader: true };
const typeWidening: Feature = { name: 'typeWidening', reader: true };
const inCommitTimestamp: Feature = { name: 'inCommitTimestamp', reader: false };
const clustering: readonly Feature[] = [
  { name: 'clustering', reader: false },
  { name: 'domainMetadata', reader: false },
];

/** Properties that a new table may have: `none` asks nothing of a writer; the rest turn on a table feature where they are true. */
const PROPERTIES: Readonly<Record<string, Feature | 'none'>> = {
  'delta.appendOnly': 'none',
  'delta.autoOptimize.autoCompact': 'none',
  'delta.autoOptimize.optimizeWrite': 'none',
  'delta.checkpointInterval': 'none',
  'delta.dataSkippingNumIndexedCols': 'none',
  'delta.dataSkippingStatsColumns': 'none',
  'delta.deletedFileRetentionDuration': 'none',
  'delta.enableExpiredLogCleanup': 'none',
  'delta.isolationLevel': 'none',
  'delta.logRetentionDuration': 'none',
  'delta.parquet.compression.codec': 'none',
  'delta.randomizeFilePrefixes': 'none',
  'delta.targetFileSize': 'none',
  'delta.tuneFileSizesForRewrites': 'none',
  'delta.enableChangeDataFeed': changeDataFeed,
  'delta.enableDeletionVectors': deletionVectors,
  'delta.enableInCommitTimestamps': inCommitTimestamp,
  'delta.enableTypeWidening': typeWidening,
  'delta.columnMapping.maxColumnId': 'none',
  'delta.inCommitTimestampEnablementTimestamp': 'none',
  'delta.inCommitTimestampEnablementVersion': 'none',
};

/** Features that `delta.feature.<name> = 'supported'` turns on without another property. */
const NAMED_FEATURES: Readonly<Record<string, Feature>> = Object.fromEntries(
  [
    deletionVectors,
    timestampNtz,
    checkConstraints,
    changeDataFeed,
    generatedColumns,
    identityColumns,
    allowColumnDefaults,
    inCommitTimestamp,
    columnMapping,
    typeWidening,
    { name: 'appendOnly', reader: false },
    { name: 'invariants', reader: false },
    { name: 'domainMetadata', reader: false },
    { name: 'vacuumProtocolCheck', reader: true },
  ].map((feature) => [feature.name.toLowerCase(), feature]),
);
const FEATURE_PREFIX = 'delta.feature.';

/** What each version of the protocol asked of a writer before features had names (Delta protocol, "Table Features"). */
const LEGACY: readonly (readonly [version: number, features: readonly string[]])[] = [
  [2, ['appendOnly', 'invariants']],
  [3, ['checkConstraints']],
  [4, ['changeDataFeed', 'generatedColumns']],
  [5, ['columnMapping']],
  [6, ['identityColumns']],
];

/** The least protocol that a table of this definition needs, joined with the one it has. @throws `delta.unsupported-property`. */
export function protocolFor(definition: TableDefinition, existing?: Protocol): Protocol {
  const features = requiredFeatures(definition);
  const base = existing ?? { minReaderVersion: 1, minWriterVersion: 2 };
  const has = new Set(base.writerFeatures ?? legacyFeatures(base.minWriterVersion));
  if (columnRules(definition.schema).defaults.size > 0 && !has.has('allowColumnDefaults') && !asksFor(definition))
    throw defaultsNotEnabled();
  const lacking = features.filter(({ name }) => !has.has(name));
  if (lacking.length === 0) return base;
  const added = names(features.filter(({ reader }) => reader));
  const legacyReader = base.minReaderVersion === 2 ? ['columnMapping'] : [];
  const readers = new Set([...(base.readerFeatures ?? legacyReader), ...added]);
  const named = added.length > 0 || base.readerFeatures !== undefined;
  return {
    minReaderVersion: named ? 3 : base.minReaderVersion,
    minWriterVersion: 7,
    ...(named ? { readerFeatures: [...readers] } : {}),
    writerFeatures: [...new Set([...has, ...names(features)])],
  };
}

/**
 * A table that is there keeps its readers: some features come to it only where a statement names them.
 * @throws ExpectedError `delta.feature-not-enabled`.
 */
export function checkMayUpgrade(definition: TableDefinition, { writerFeatures = [] }: Protocol): void {
  const key = `${FEATURE_PREFIX}${timestampNtz.name}`.toLowerCase();
  const asked = Object.keys(definition.configuration ?? {}).some((name) => name.toLowerCase() === key);
  if (asked || writerFeatures.includes(timestampNtz.name) || !contains(definition.schema, 'timestamp_ntz')) return;
  throw new ExpectedError({
    code: 'delta.feature-not-enabled',
    message:
      'A column becomes TIMESTAMP_NTZ, and the table does not have the feature for it (DELTA_FEATURES_REQUIRE_MANUAL_ENABLEMENT).',
    nextStep: "Write ALTER TABLE ... SET TBLPROPERTIES ('delta.feature.timestampNtz' = 'supported') first.",
  });
}

/** Delta wants the feature of defaults asked for by its name: older writers would leave NULL where a default belongs. */
function asksFor({ configuration = {} }: TableDefinition): boolean {
  return Object.keys(configuration).some((name) => name.toLowerCase() === 'delta.feature.allowcolumndefaults');
}

function defaultsNotEnabled(): ExpectedError {
  return new ExpectedError({
    code: 'delta.feature-not-enabled',
    message:
      'A column has a DEFAULT, and the table does not have the feature for it (WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED).',
    nextStep: "Write TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported') first.",
  });
}

function legacyFeatures(writerVersion: number): string[] {
  return LEGACY.filter(([version]) => version <= writerVersion).flatMap(([, features]) => features);
}

export function metadataFor(definition: TableDefinition, id: string, createdTime: number): Metadata {
  return {
    id,
    ...(definition.description === undefined ? {} : { description: definition.description }),
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify(definition.schema),
    partitionColumns: definition.partitionColumns,
    configuration: withMaxColumnId(
      definition.schema,
      Object.fromEntries(
        // A feature stands in the protocol, not among the properties.
        Object.entries(definition.configuration ?? {}).filter(([name]) => !name.startsWith(FEATURE_PREFIX)),
      ),
    ),
    createdTime,
  };
}

/** @throws ExpectedError `delta.invalid-schema`. */
export function checkDefinition(definition: TableDefinition): void {
  const { schema, partitionColumns, clusteringColumns = [], configuration = {} } = definition;
  const mapped = isMapped(configuration);
  if (mapped && !isComplete(schema))
    throw new Error('a table with column mapping has a column without a physical name');
  indexedColumns(schema.fields, { partitionColumns, configuration });
  const columns = schema.fields.map((field) => field.name);
  if (columns.length === 0) throw invalid('it has no columns');
  const duplicate = columns.find((name, index) => columns.findIndex((other) => same(other, name)) < index);
  if (duplicate !== undefined) throw invalid(`it has two columns named ${duplicate}`);
  for (const { name, type } of schema.fields) checkField(name, type, mapped);
  for (const name of [...partitionColumns, ...clusteringColumns]) {
    const column = schema.fields.find((field) => field.name === name);
    if (!column) throw invalid(`it is partitioned or clustered by ${name}, which is no column of it`);
    if (partitionColumns.includes(name) && typeof column.type !== 'string')
      throw invalid(`it is partitioned by the nested column ${name}`);
  }
  if (partitionColumns.length === columns.length) throw invalid('it is partitioned by all of its columns');
  if (partitionColumns.length > 0 && clusteringColumns.length > 0)
    throw invalid('it is both partitioned and clustered');
}

function requiredFeatures({ schema, configuration = {}, clusteringColumns = [] }: TableDefinition): Feature[] {
  const found: Feature[] = contains(schema, 'timestamp_ntz') ? [timestampNtz] : [];
  const rules = columnRules(schema);
  if (rules.generated.length > 0) found.push(generatedColumns);
  if (rules.identities.length > 0) found.push(identityColumns);
  if (typeChangesIn(schema)) found.push(typeWidening);
  for (const [name, value] of Object.entries(configuration)) {
    if (name.startsWith(FEATURE_PREFIX)) {
      const feature = NAMED_FEATURES[name.slice(FEATURE_PREFIX.length).toLowerCase()];
      if (!feature || !/^(supported|enabled)$/i.test(value)) throw unsupportedProperty(name);
      found.push(feature);
      continue;
    }
    if (name.startsWith('delta.constraints.')) found.push(checkConstraints);
    if (!name.startsWith('delta.') || name.startsWith('delta.constraints.')) continue;
    if (name === mappingModeKey) {
      if (!/^(name|id|none)$/.test(value)) throw unsupportedProperty(`${name} = '${value}'`);
      if (value !== 'none') found.push(columnMapping);
      continue;
    }
    const meaning = PROPERTIES[name];
    if (meaning === undefined) throw unsupportedProperty(name);
    if (meaning !== 'none' && value === 'true') found.push(meaning);
  }
  return clusteringColumns.length > 0 ? [...found, ...clustering] : found;
}

function contains(type: DeltaType, primitive: string): boolean {
  if (typeof type === 'string') return type === primitive;
  switch (type.type) {
    case 'struct':
      return type.fields.some((field) => contains(field.type, primitive));
    case 'array':
      return contains(type.elementType, primitive);
    case 'map':
      return contains(type.keyType, primitive) || contains(type.valueType, primitive);
  }
}

/** Parquet files of Spark cannot have these characters in a column's name, so Delta refuses them without column mapping. */
function checkField(name: string, type: DeltaType, mapped: boolean): void {
  if (name === '' || (!mapped && /[ ,;{}()\n\t=]/.test(name))) {
    throw invalid(`the column name "${name}" holds one of the characters " ,;{}()=", a tab or a line break`);
  }
  if (contains(type, 'void')) throw invalid(`column ${name} is always NULL and has no type; cast it`);
  if (typeof type === 'object' && type.type === 'struct')
    for (const inner of type.fields) checkField(inner.name, inner.type, mapped);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function names(features: readonly Feature[]): string[] {
  return features.map(({ name }) => name);
}

function invalid(what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.invalid-schema',
    message: `The table cannot be created: ${what}.`,
    nextStep: 'Rename or cast the column in the query, or change the PARTITIONED BY or CLUSTER BY clause.',
  });
}

function unsupportedProperty(name: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported-property',
    message: `The table property ${name} is not honoured here, and a table that ignores it would be wrong.`,
    nextStep: 'Leave the property out, or create the table on Databricks.',
  });
}

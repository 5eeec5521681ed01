import { ExpectedError } from '../base/expected-error.ts';
import type { Snapshot } from './actions.ts';
import { type ColumnRules, columnRules, ruleKeys } from './column-rules.ts';
import { corruptLog, unsupported } from './errors.ts';
import { lengthChecks } from './length-checks.ts';
import type { DeltaField } from './schema.ts';

/** Writer features that a commit of whole data files honours, or that ask nothing of one. */
const WRITER_FEATURES = new Set([
  'allowColumnDefaults',
  'appendOnly',
  'changeDataFeed',
  'checkConstraints',
  'clustering',
  'columnMapping',
  'deletionVectors',
  'domainMetadata',
  'generatedColumns',
  'identityColumns',
  'inCommitTimestamp',
  'inCommitTimestamp-preview',
  'invariants',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/** `limited`: the declared type whose length it keeps, instead of a CHECK. */
export interface Constraint {
  readonly name: string;
  readonly sql: string;
  readonly limited?: string;
}

/** What every row must fulfil. */
export interface RowDemands {
  readonly notNull: readonly string[];
  /** CHECK constraints and column invariants: SQL predicates in Spark's dialect that must be true. */
  readonly constraints: readonly Constraint[];
}

/** What a write must see to; the engine does so on the staged result and then says it to `writeTable`. */
export interface WriteRequirements extends RowDemands, ColumnRules {
  /** Columns whose values follow a rule, for people. */
  readonly rules: readonly string[];
}

/** Refuses tables that this writer would damage: unknown writer features. @throws ExpectedError `delta.unsupported`. */
export function writeRequirements(snapshot: Snapshot): WriteRequirements {
  const { location, protocol, metadata, schema } = snapshot;
  if (protocol.minWriterVersion > 7)
    throw unsupported(location, `it needs writer version ${protocol.minWriterVersion}`);
  const unknown = (protocol.writerFeatures ?? []).filter((feature) => !WRITER_FEATURES.has(feature));
  if (unknown.length > 0) throw unsupported(location, `writing it needs the feature ${unknown.join(', ')}`);
  const constraints = Object.entries(metadata.configuration).flatMap(([key, sql]) =>
    key.startsWith('delta.constraints.') ? [{ name: key.slice('delta.constraints.'.length), sql }] : [],
  );
  const own = columnRules(schema);
  return {
    ...own,
    notNull: schema.fields.filter((field) => !field.nullable).map((field) => field.name),
    constraints: [
      ...constraints,
      ...schema.fields.flatMap((field) => invariantOf(location, field)),
      ...schema.fields.flatMap(lengthChecks),
    ],
    rules: [...own.generated, ...own.identities].map(({ column }) => `${column} GENERATED`),
  };
}

/** `{"expression": {"expression": "a > 0"}}` (Delta protocol, "Column Invariants"). */
function invariantOf(location: string, { name, metadata }: DeltaField): { name: string; sql: string }[] {
  const text = metadata[ruleKeys.invariants];
  if (text === undefined) return [];
  try {
    const { expression } = JSON.parse(typeof text === 'string' ? text : '') as {
      expression?: { expression?: unknown };
    };
    if (typeof expression?.expression === 'string')
      return [{ name: `the invariant of ${name}`, sql: expression.expression }];
  } catch (cause) {
    throw corruptLog(location, `the invariant of column ${name} is no JSON`, cause);
  }
  throw unsupported(location, `column ${name} has an invariant that is no SQL expression`);
}

/** @throws ExpectedError `delta.append-only`. */
export function checkMayRemove(snapshot: Snapshot): void {
  if (snapshot.metadata.configuration['delta.appendOnly'] !== 'true') return;
  throw new ExpectedError({
    code: 'delta.append-only',
    message: `${snapshot.location} is append-only (delta.appendOnly): its rows may not be removed or replaced.`,
    nextStep: 'Append to it with INSERT INTO, or take the property away with ALTER TABLE.',
  });
}

import { ExpectedError } from '../base/expected-error.ts';
import type { Snapshot } from './actions.ts';
import { unsupported } from './errors.ts';
import { columnMapping } from './protocol.ts';

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
  'invariants',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/** What the rows of a write must fulfil; the engine checks it on the staged result and then says so to `writeTable`. */
export interface WriteRequirements {
  readonly notNull: readonly string[];
  /** CHECK constraints: SQL predicates in Spark's dialect that must not be false. */
  readonly constraints: readonly { readonly name: string; readonly sql: string }[];
}

/**
 * Refuses tables that a writer of whole files would damage: unknown writer features, column mapping, generated and identity
 * columns, column invariants, defaults. @throws ExpectedError `delta.unsupported`.
 */
export function writeRequirements(snapshot: Snapshot): WriteRequirements {
  const { location, protocol, metadata, schema } = snapshot;
  if (protocol.minWriterVersion > 7)
    throw unsupported(location, `it needs writer version ${protocol.minWriterVersion}`);
  const unknown = (protocol.writerFeatures ?? []).filter((feature) => !WRITER_FEATURES.has(feature));
  if (unknown.length > 0) throw unsupported(location, `writing it needs the feature ${unknown.join(', ')}`);
  if (columnMapping(location, metadata) !== 'none')
    throw unsupported(location, 'writing with column mapping is not supported');
  for (const { name, metadata: notes } of schema.fields) {
    const special = Object.keys(notes).find((key) => COLUMN_RULES.some((rule) => key.startsWith(rule)));
    if (special !== undefined) throw unsupported(location, `column ${name} has the rule ${special}`);
  }
  const constraints = Object.entries(metadata.configuration).flatMap(([key, sql]) =>
    key.startsWith('delta.constraints.') ? [{ name: key.slice('delta.constraints.'.length), sql }] : [],
  );
  return { notNull: schema.fields.filter((field) => !field.nullable).map((field) => field.name), constraints };
}

const COLUMN_RULES = ['delta.generationExpression', 'delta.identity.', 'delta.invariants', 'CURRENT_DEFAULT'];

/** @throws ExpectedError `delta.append-only`. */
export function checkMayRemove(snapshot: Snapshot): void {
  if (snapshot.metadata.configuration['delta.appendOnly'] !== 'true') return;
  throw new ExpectedError({
    code: 'delta.append-only',
    message: `${snapshot.location} is append-only (delta.appendOnly): its rows may not be removed or replaced.`,
    nextStep: 'Append to it with INSERT INTO, or take the property away with ALTER TABLE.',
  });
}

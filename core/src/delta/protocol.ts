import type { Metadata, Protocol } from './actions.ts';
import { unsupported } from './errors.ts';

/** Reader features that the scan honours, or that ask nothing of a reader. */
const READER_FEATURES = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/** @throws ExpectedError `delta.unsupported` naming the feature. */
export function checkReadable(location: string, protocol: Protocol, metadata: Metadata): void {
  if (protocol.minReaderVersion > 3) {
    throw unsupported(location, `it needs reader version ${protocol.minReaderVersion}, and 3 is the newest known`);
  }
  const unknown = (protocol.readerFeatures ?? []).filter((feature) => !READER_FEATURES.has(feature));
  if (unknown.some((feature) => feature.startsWith('catalog'))) {
    throw unsupported(
      location,
      'the catalog owns its commits (catalogManaged), so its folder alone does not tell its version',
    );
  }
  if (unknown.length > 0) throw unsupported(location, `it needs the reader feature ${unknown.join(', ')}`);
  if (metadata.format.provider !== 'parquet') {
    throw unsupported(location, `its files are ${metadata.format.provider}, not Parquet`);
  }
}

export type ColumnMapping = 'none' | 'name' | 'id';

export function columnMapping(location: string, metadata: Metadata): ColumnMapping {
  const mode = metadata.configuration['delta.columnMapping.mode'] ?? 'none';
  if (mode === 'none' || mode === 'name' || mode === 'id') return mode;
  throw unsupported(location, `its column mapping mode is "${mode}"`);
}

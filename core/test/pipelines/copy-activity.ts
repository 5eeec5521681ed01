type Json = Readonly<Record<string, unknown>>;

const reference = (parameters: Json): readonly Json[] => [
  { referenceName: 'files', type: 'DatasetReference', parameters },
];

/** A Copy activity as git mode has it, with parts changed; its dataset `files` takes container, folder and file. */
export function copyActivity(change: {
  readonly activity?: Json;
  readonly properties?: Json;
  readonly source?: Json;
  readonly read?: Json;
  readonly write?: Json;
  readonly from?: Json;
  readonly to?: Json;
}): Json {
  return {
    name: 'Copy data',
    type: 'Copy',
    dependsOn: [],
    typeProperties: {
      source: {
        type: 'BinarySource',
        storeSettings: { type: 'AzureBlobFSReadSettings', recursive: true, ...change.read },
        formatSettings: { type: 'BinaryReadSettings' },
        ...change.source,
      },
      sink: { type: 'BinarySink', storeSettings: { type: 'AzureBlobFSWriteSettings', ...change.write } },
      ...change.properties,
    },
    inputs: reference({ container: 'export', folder: 'shop', ...change.from }),
    outputs: reference({ container: 'landing', folder: 'shop', ...change.to }),
    ...change.activity,
  };
}

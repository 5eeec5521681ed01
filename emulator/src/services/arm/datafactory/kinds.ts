/** The kinds of objects in a factory that are emulated. Paths do not distinguish case; these spellings are the read-back's. */
export const kinds = [
  { kind: 'linkedservices', reference: 'LinkedServiceReference' },
  { kind: 'datasets', reference: 'DatasetReference' },
  { kind: 'pipelines', reference: 'PipelineReference' },
  { kind: 'triggers', reference: 'TriggerReference' },
  { kind: 'globalParameters', reference: 'GlobalParametersReference' },
] as const;

export type FactoryKind = (typeof kinds)[number]['kind'];

/** Versions of the provider that are answered: Data Factory has this one. */
export const factoryApiVersions: readonly string[] = ['2018-06-01'];

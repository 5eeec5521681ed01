/** The keys of a bundle's files, at their root; the Databricks CLI leaves out any other. */
export const bundleRootKeys: readonly string[] = [
  'artifacts',
  'bundle',
  'definitions',
  'environments',
  'experimental',
  'include',
  'permissions',
  'presets',
  'python',
  'resources',
  'run_as',
  'scripts',
  'sync',
  'targets',
  'variables',
  'workspace',
];

/**
 * The layering rules of ARCHITECTURE.md, one by one. `test/layers` proves with a deliberately bad fixture that they bite.
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** core's layers from the bottom up: a layer may import itself and those before it. */
const layers = [
  ['base'],
  ['project', 'azure'],
  ['formats'],
  ['delta'],
  ['lake'],
  ['contracts'],
  ['sql'],
  ['engine'],
  ['python'],
  ['jobs', 'streams'],
  ['pipelines'],
  ['observe'],
  ['validate'],
  ['promote'],
];

const upward = layers.flatMap((names, level) => {
  const above = layers.slice(level + 1).flat();
  const beside = (name) => names.filter((other) => other !== name);
  return names.map((name) => ({
    name: `core-${name}-imports-down`,
    comment: `core/${name} may import only what stands before it in: ${layers.map((l) => l.join('/')).join(' <- ')}. Move the shared part down, or pass it in as an argument.`,
    severity: 'error',
    from: { path: `core/src/${name}/` },
    to: { path: `core/src/(${[...above, ...beside(name)].join('|') || 'nothing'})/` },
  }));
});

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one idea: merge them, or move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'vscode-only-in-extension',
      comment: 'Only extension/ may import vscode: pass what you need in as a port.',
      severity: 'error',
      from: { pathNot: '(^|/)extension/' },
      to: { path: '(^vscode$|@types/vscode/)' },
    },
    {
      name: 'emulator-stands-alone',
      comment:
        'The emulator imports no other workspace, so that client and fake cannot share a mistake: declare a port and let local/ pass the executor in.',
      severity: 'error',
      from: { path: '(^|/)emulator/src/' },
      to: { path: '(^|/)(core|local|cli|extension|samples)/', pathNot: 'node_modules' },
    },
    {
      name: 'emulator-only-from-local',
      comment: 'Only local/ composes the emulator: ask @medallion/local for a running local Azure.',
      severity: 'error',
      from: { path: '(^|/)(core|cli|extension)/src/' },
      to: { path: '(^|/)emulator/src/' },
    },
    {
      name: 'core-knows-no-front-end',
      comment: 'core is used by local, cli and extension and knows none of them.',
      severity: 'error',
      from: { path: '(^|/)core/src/' },
      to: { path: '(^|/)(local|cli|extension|samples)/', pathNot: 'node_modules|core/' },
    },
    {
      name: 'samples-stand-alone',
      comment: "A sample is a user's project: it imports nothing of Medallion.",
      severity: 'error',
      from: { path: '(^|/)samples/[^/]+/generator/' },
      to: { path: '(^|/)(core|emulator|local|cli|extension)/src/' },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'What ships depends only on dependencies of its own package.json.',
      severity: 'error',
      from: { path: '(^|/)(core|emulator|local|cli|extension)/src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: '(^vscode$|@types/vscode/)',
      },
    },
    {
      name: 'native-only-in-engine',
      comment: 'DuckDB is native and belongs to the engine child process: ask core/engine/client.ts.',
      severity: 'error',
      from: { path: '(^|/)(core|local|cli|extension)/src/', pathNot: 'core/src/engine/child/' },
      to: { path: '@duckdb/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'This import does not resolve.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|test/layers/fixtures/|\\.medallion|extension/webview)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

import type { Rule } from '../rule.ts';

/** What loading and resolving said: malformed files, missing includes, references without a value. */
export const loading: Rule = ({ project, bundles }) => [
  ...project.diagnostics,
  ...bundles.flatMap(({ bundle, diagnostics }) => [...bundle.diagnostics, ...diagnostics]),
  ...project.factories.flatMap(({ diagnostics }) => diagnostics),
];

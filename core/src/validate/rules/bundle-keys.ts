import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Bundle } from '../../project/bundle.ts';
import { bundleRootKeys } from '../../project/bundle-keys.ts';
import { at, entriesAt, textAt } from '../../project/config-node.ts';
import { finding, type Rule } from '../rule.ts';

const modes: readonly string[] = ['development', 'production'];

/** Keys and modes that the bundle's published JSON Schema does not catch: a misspelt one is silently without effect. */
export const bundleKeys: Rule = ({ bundles }) =>
  bundles.flatMap(({ bundle }) => [...unknownKeys(bundle), ...unknownModes(bundle)]);

function unknownKeys(bundle: Bundle): readonly Diagnostic[] {
  return bundle.documents.flatMap(({ config }) =>
    [...config.entries]
      // Keys that only keep YAML anchors are meant.
      .filter(
        ([key, { holdsAnchors }]) => !bundleRootKeys.includes(key) && !/^(x-|\.)/.test(key) && holdsAnchors !== true,
      )
      .map(([key, { keyRange }]) =>
        finding(
          'warning',
          'bundle.unknown-key',
          `A bundle has no key ${key}; it has no effect.`,
          keyRange,
          `Use one of: ${bundleRootKeys.join(', ')}.`,
        ),
      ),
  );
}

function unknownModes(bundle: Bundle): readonly Diagnostic[] {
  return [...entriesAt(bundle.config, 'targets'), ...entriesAt(bundle.config, 'environments')].flatMap(
    ([name, { value }]) => {
      const mode = textAt(value, 'mode');
      const place = at(value, 'mode');
      if (mode === undefined || !place || mode.includes('${') || modes.includes(mode)) return [];
      const message = `Target ${name} has the mode ${mode}, which does not exist.`;
      return [finding('error', 'bundle.unknown-mode', message, place.range, 'Use development or production.')];
    },
  );
}

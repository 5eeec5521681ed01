import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPlain, type PlainValue } from '@medallion/core/project/config-node.ts';
import { deployedConfig } from '@medallion/core/project/deployed/deployed-config.ts';
import { loadProject } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { normalise } from './normalise.ts';

type Plain = Readonly<Record<string, PlainValue>>;

const here = import.meta.dirname;
const bundles = JSON.parse(readFileSync(join(here, 'bundles.json'), 'utf8')) as Readonly<Record<string, string[]>>;
/** Who the goldens were made for: a service principal, whose short name comes from its display name. */
const user = {
  userName: '00000000-0000-4000-8000-000000000001',
  shortName: 'medallion_local',
  displayName: 'medallion-local',
};

/** The goldens are the Databricks CLI's own: tools/golden-bundles.mjs makes them. */
describe('a bundle as it is deployed is what the Databricks CLI makes of it', () => {
  for (const [folder, targets] of Object.entries(bundles)) {
    for (const target of targets) {
      it(`${folder}, target ${target}`, async () => {
        const [name = ''] = folder.split('/');
        const project = await loadProject(join(here, 'bundles', name));
        const bundle = project.bundles[0];
        assert.ok(bundle);
        const resolved = resolveBundle(bundle, { target, user });
        assert.deepEqual([...project.diagnostics, ...bundle.diagnostics, ...resolved.diagnostics], []);
        const file = join(here, 'goldens', `${folder.replaceAll('/', '-')}.${target}.json`);
        const wanted = JSON.parse(readFileSync(file, 'utf8')) as Plain;
        assert.deepEqual(normalise(toPlain(deployedConfig(resolved)) as Plain), normalise(wanted));
      });
    }
  }

  it('paths/app, from its own folder, whose files begin above it', async () => {
    const project = await loadProject(join(here, 'bundles', 'paths', 'app'));
    const bundle = project.bundles[0];
    assert.ok(bundle);
    const wanted = JSON.parse(readFileSync(join(here, 'goldens', 'paths-app.dev.json'), 'utf8')) as Plain;
    const config = deployedConfig(resolveBundle(bundle, { target: 'dev', user }));
    assert.deepEqual(normalise(toPlain(config) as Plain), normalise(wanted));
  });
});

/**
 * Writes what the real Databricks CLI makes of the bundles of core/test/project/deployed, for the test of that folder to hold ours to.
 *
 *   npx medallion up --detach --state DIR          (any local Azure; its workspace answers the CLI)
 *   DATABRICKS_CLI=<binary> DATABRICKS_HOST=<control endpoint> SSL_CERT_FILE=DIR/azure/ca/ca.pem
 *   DATABRICKS_CLIENT_ID=... DATABRICKS_CLIENT_SECRET=... node tools/golden-bundles.mjs     (both from DIR/azure/principal.json)
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../core/test/project/deployed');
const user = '00000000-0000-4000-8000-000000000001';
/** The targets of each bundle, by its folder below `bundles/`. */
const bundles = JSON.parse(readFileSync(join(root, 'bundles.json'), 'utf8'));
const { DATABRICKS_CLI: cli, DATABRICKS_CLIENT_ID: client } = process.env;
if (!cli || !client) throw new Error('Set DATABRICKS_CLI and DATABRICKS_CLIENT_ID; see the head of this file.');

// Outside of any checkout: the CLI would put the branch and commit of this one into its answers.
const copy = mkdtempSync(join(tmpdir(), 'medallion-bundles-'));
try {
  cpSync(join(root, 'bundles'), copy, { recursive: true });
  mkdirSync(join(root, 'goldens'), { recursive: true });
  for (const [folder, targets] of Object.entries(bundles)) {
    for (const target of targets) {
      const args = ['bundle', 'validate', '--output', 'json', '--target', target];
      const { status, stdout, stderr } = spawnSync(cli, args, { cwd: join(copy, folder), encoding: 'utf8' });
      if (status !== 0) throw new Error(`${folder}, target ${target}: ${stderr}`);
      const config = JSON.parse(stdout.replaceAll(client, user).replaceAll(copy, ''));
      delete config.artifacts;
      delete config.workspace.current_user;
      delete config.workspace.host;
      const text = JSON.stringify(config, undefined, 2);
      writeFileSync(join(root, 'goldens', `${folder.replaceAll('/', '-')}.${target}.json`), `${text}\n`);
      console.log(`${folder} ${target}`);
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

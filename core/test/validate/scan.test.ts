import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { judgeActivity } from '@medallion/core/validate/activity-verdict.ts';
import { writeSettings } from '@medallion/core/validate/infer-settings.ts';
import { renderScan } from '@medallion/core/validate/render-scan.ts';
import { scan, type ScanOutcome } from '@medallion/core/validate/scan.ts';
import { fixtureProject } from '../project/fixture-project.ts';
import { lineDialect } from './line-dialect.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const goldens = join(import.meta.dirname, 'goldens');

function scanned(folder: string): Promise<ScanOutcome> {
  return scan(folder, { dialect: lineDialect, judgeActivity });
}

/** Set MEDALLION_WRITE_GOLDENS=1 to rewrite the expected reports. */
async function checkGolden(name: string, text: string): Promise<void> {
  const path = join(goldens, name);
  if (process.env['MEDALLION_WRITE_GOLDENS'] === '1') await writeFile(path, text);
  assert.equal(text, await readFile(path, 'utf8'));
}

describe('scan', () => {
  for (const name of ['bundle', 'factory']) {
    it(`gives the expected report for the ${name} fixture`, async () => {
      const { report, inferredSettings } = await scanned(join(fixtures, name));
      await checkGolden(`${name}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
      await checkGolden(`${name}.txt`, `${renderScan(report, { colour: false }).join('\n')}\n`);
      await checkGolden(`${name}.medallion.yaml`, inferredSettings ?? '');
      const schema = JSON.parse(
        await readFile(join(import.meta.dirname, '../../../schemas/scan.schema.json'), 'utf8'),
      ) as object;
      assert.equal(new Ajv().validate(schema, report), true);
      assert.deepEqual((await scanned(join(fixtures, name))).report, report);
    });
  }

  /** What stands in SQL and in notebooks is judged by the dialect that runs it. */
  it('gives the expected report for a bundle of everyday constructs, with the dialect as it ships', async () => {
    const { report } = await scan(join(fixtures, 'databricks-sql'), { dialect: await createDialect(), judgeActivity });
    await checkGolden('databricks-sql.json', `${JSON.stringify(report, undefined, 2)}\n`);
    await checkGolden('databricks-sql.txt', `${renderScan(report, { colour: false }).join('\n')}\n`);
  });

  it('writes the inferred medallion.yaml once, and reads it as its own', async () => {
    await using fixture = await fixtureProject({});
    await cp(join(fixtures, 'bundle'), fixture.root, { recursive: true });
    const { inferredSettings } = await scanned(fixture.root);
    assert.ok(inferredSettings !== undefined);
    await writeSettings(fixture.root, inferredSettings);
    const again = await scanned(fixture.root);
    assert.equal(again.inferredSettings, undefined);
    assert.deepEqual(again.project.diagnostics, []);
    assert.equal(again.project.settings?.layers?.['silver']?.container, 'silver');
    await assert.rejects(
      writeSettings(fixture.root, 'x'),
      (error: unknown) => error instanceof ExpectedError && error.code === 'settings.exists',
    );
  });

  it('turns whatever it cannot read into items', async () => {
    await using fixture = await fixtureProject({
      'databricks.yml':
        'bundle: {name: x}\nresources: {jobs: {j: {tasks: [7, {task_key: t, sql_task: {file: {path: a.sql}}}]}}}\n',
      'a.sql': 'THROW;',
      'b.sql': '\0binary',
      'c.py': '# Databricks notebook source\nx = 1\n# COMMAND ----------\n# MAGIC %sql\n# MAGIC\n# MAGIC SELECT 1',
      'adf/pipeline/ok.json': '{"name": "ok", "properties": {"activities": [{"name": "a"}, 5]}}',
      'adf/pipeline/deep.json': '['.repeat(100_000),
      'adf/pipeline/cut.json': '{"name": "cut", "properties": {"activities": [{"name": "w", "type": "Wait"}',
      'other/databricks.yml': '{{ template }}: [',
    });
    const { report } = await scanned(fixture.root);
    const found = report.items.map(({ kind, file, line, code }) => `${kind} ${file}:${line} ${code}`);
    for (const expected of [
      'note a.sql:1 scan.unreadable',
      'note b.sql:1 scan.unreadable',
      'task databricks.yml:2 scan.unreadable',
      'statement c.py:6 scan.needs-spark',
      'activity adf/pipeline/ok.json:1 pipelines.not-emulated',
      'note adf/pipeline/deep.json:1 project.unreadable-file',
      'activity adf/pipeline/cut.json:1 pipelines.not-emulated',
    ]) {
      assert.ok(found.includes(expected), `${expected} is missing from\n${found.join('\n')}`);
    }
    assert.ok(found.some((line) => line.startsWith('note other/databricks.yml:1 project.malformed-yaml')));
  });

  it('finds pipelines in templates of Resource Manager, and not twice what a factory published', async () => {
    const activity = (name: string) => ({ name, type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } });
    const pipeline = (name: string, type = 'Microsoft.DataFactory/factories/pipelines') => ({
      name: `[concat(parameters('factoryName'), '/${name}')]`,
      type,
      properties: { activities: [activity(`in ${name}`)] },
    });
    const template = (...resources: unknown[]) =>
      JSON.stringify({ $schema: 'https://schema.management.azure.com/2015-01-01/deploymentTemplate.json#', resources });
    const nested = {
      type: 'Microsoft.Resources/deployments',
      properties: { template: { resources: [pipeline('d')] } },
    };
    const inside = {
      type: 'Microsoft.DataFactory/factories',
      name: 'f',
      resources: [{ ...pipeline('c', 'pipelines'), name: 'c' }],
    };
    await using fixture = await fixtureProject({
      'adf/pipeline/own.json': JSON.stringify({ name: 'own', properties: { activities: [activity('w')] } }),
      'publish/ARMTemplateForFactory.json': template(pipeline('own')),
      'gallery/a.json': template(
        pipeline('a'),
        pipeline('s', 'Microsoft.Synapse/workspaces/pipelines'),
        inside,
        nested,
      ),
      'gallery/linkedTemplates/ArmTemplate_0.json': template(pipeline('part')),
      'other/ARMTemplateForFactory.json': template(pipeline('whole')),
      'other/linkedTemplates/ArmTemplate_0.json': template(pipeline('whole')),
      'infra/storage.json': template({ type: 'Microsoft.Storage/storageAccounts', name: 's' }),
    });
    const { report } = await scanned(fixture.root);
    assert.deepEqual(
      report.items.map(({ file, name }) => `${file}: ${name}`),
      [
        'adf/pipeline/own.json: own/w',
        'gallery/a.json: a/in a',
        'gallery/a.json: c/in c',
        'gallery/a.json: d/in d',
        'gallery/a.json: s/in s',
        'gallery/linkedTemplates/ArmTemplate_0.json: part/in part',
        'other/ARMTemplateForFactory.json: whole/in whole',
      ],
    );
  });

  it('says so where there is nothing', async () => {
    await using fixture = await fixtureProject({ 'README.md': '# nothing' });
    const { report, inferredSettings } = await scanned(fixture.root);
    assert.deepEqual(report.items, []);
    assert.equal(inferredSettings, undefined);
    assert.match(renderScan(report, { colour: false }).join('\n'), /No Databricks bundle/);
  });
});

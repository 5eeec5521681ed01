import { resolve } from 'node:path';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { judgeActivity } from '@medallion/core/validate/activity-verdict.ts';
import { writeSettings } from '@medallion/core/validate/infer-settings.ts';
import { renderScan } from '@medallion/core/validate/render-scan.ts';
import { scan as scanFolder } from '@medallion/core/validate/scan.ts';
import type { Command } from '../command.ts';

/** Reads and judges; it writes only with `--write`, and never over a file. */
export const scan: Command = {
  name: 'scan',
  usage: 'scan [DIR] [--write] [--python]',
  summary: 'tell of any bundle or factory what runs here, what needs Spark and what is refused',
  options: {
    write: { type: 'boolean', summary: 'write the medallion.yaml that was inferred' },
    python: { type: 'boolean', summary: 'load resources defined in Python, which runs the code of the project' },
  },
  async run(context) {
    const given = context.positionals[0];
    const folder = given === undefined ? context.project : resolve(given);
    const { report, inferredSettings } = await scanFolder(folder, {
      dialect: await createDialect(),
      judgeActivity,
      loadPython: context.flag('python'),
    });
    const lines = [...renderScan(report, { colour: !context.json && process.stdout.isTTY })];
    if (inferredSettings !== undefined && context.flag('write')) {
      context.say(`Wrote ${await writeSettings(folder, inferredSettings)}.`);
    } else if (inferredSettings !== undefined) {
      lines.push(
        '',
        'medallion.yaml can be written for this project: medallion scan --write',
        '',
        inferredSettings.trimEnd(),
      );
    }
    return {
      json: { ...report, ...(inferredSettings === undefined ? {} : { inferredSettings }) },
      text: lines.join('\n'),
    };
  },
};

import { formatDiagnostic } from '@medallion/core/base/diagnostic.ts';
import { loadContracts } from '@medallion/core/contracts/load-contracts.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { validateProject } from '@medallion/core/validate/index.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import type { Command } from '../command.ts';

export const validate: Command = {
  name: 'validate',
  usage: 'validate',
  summary: 'judge the project by its rules: bundle, SQL, factory, hubs, contracts',
  options: {},
  async run(context) {
    const { project, bundle } = await loadFor(context.project, 'local');
    const rules = await validateProject(project, {
      dialect: await createDialect(),
      ...(bundle ? { bundles: [bundle] } : {}),
    });
    const { diagnostics: contracts } = await loadContracts(project.root, project.contracts);
    const diagnostics = [...rules, ...contracts];
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
    const totals = `${errors} errors, ${warnings} warnings`;
    return {
      json: { errors, warnings, diagnostics },
      text: [...diagnostics.map(formatDiagnostic), totals].join('\n'),
      exitCode: errors > 0 ? 1 : 0,
    };
  },
};

import { Ajv, type ErrorObject } from 'ajv';
import type { Diagnostic } from '../base/diagnostic.ts';
import { at, type ConfigNode, flagAt, itemsAt, textAt, toPlain } from '../project/config-node.ts';
import { columnChecks, keyChecks } from './column-checks.ts';
import type { Contract, ContractColumn, ContractTable, ServiceLevel } from './contract.ts';
import { odcsSchema } from './odcs-schema.ts';
import { qualityChecks } from './quality-checks.ts';

/** A document as a contract; without one where it is no ODCS 3 document. */
export function readContract(
  file: string,
  root: ConfigNode,
): { readonly contract?: Contract; readonly diagnostics: readonly Diagnostic[] } {
  const invalid = schemaErrors(root);
  if (invalid.length > 0) return { diagnostics: invalid };
  const diagnostics: Diagnostic[] = [];
  const tables = itemsAt(root, 'schema').flatMap((node) => {
    const table = readTable(file, root, node);
    diagnostics.push(...table.diagnostics);
    return table.table ? [table.table] : [];
  });
  const contract: Contract = {
    file,
    id: textAt(root, 'id') ?? '',
    version: textAt(root, 'version') ?? '',
    status: textAt(root, 'status') ?? '',
    domain: textAt(root, 'domain'),
    owners: owners(root),
    serviceLevels: itemsAt(root, 'slaProperties').map(serviceLevel),
    tables,
  };
  return { contract, diagnostics };
}

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(odcsSchema);

function schemaErrors(root: ConfigNode): Diagnostic[] {
  if (validate(plain(root))) return [];
  return (validate.errors ?? []).map((error) => invalid(root, error));
}

/** YAML's integers come as bigint where they are large; for the schema a number is a number. */
function plain(node: ConfigNode): unknown {
  return JSON.parse(
    JSON.stringify(toPlain(node), (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
  );
}

function invalid(root: ConfigNode, { instancePath, message = 'is not valid', params }: ErrorObject): Diagnostic {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const allowed = 'allowedValues' in params ? `: ${String(params['allowedValues'])}` : '';
  const place = path.length === 0 ? 'The document' : path.join('.');
  return {
    severity: 'error',
    code: 'contract.invalid',
    message: `${place} ${message}${allowed} (Open Data Contract Standard 3).`,
    range: (at(root, ...path) ?? root).range,
    nextStep: 'Correct the document; the standard is at https://bitol-io.github.io/open-data-contract-standard.',
  };
}

function readTable(
  file: string,
  root: ConfigNode,
  node: ConfigNode,
): { table?: ContractTable; diagnostics: Diagnostic[] } {
  const name = tableName(file, root, node);
  if (name === undefined) return { diagnostics: [unnamed(node)] };
  const columns = itemsAt(node, 'properties').map(readColumn);
  const found = [
    ...itemsAt(node, 'properties').map((property) => columnChecks(property, readColumn(property))),
    ...itemsAt(node, 'properties').map((property) =>
      qualityChecks(property, textAt(property, 'physicalName') ?? textAt(property, 'name')),
    ),
    qualityChecks(node, undefined),
  ];
  const checks = [...found.flatMap((one) => one.checks), ...keyChecks(node, columns)];
  const custom = (property: string): string | undefined =>
    textAt(
      itemsAt(node, 'customProperties').find((item) => textAt(item, 'property') === property),
      'value',
    );
  const table = {
    name,
    description: textAt(node, 'description'),
    range: node.range,
    columns,
    checks,
    quarantine: custom('medallion.quarantine'),
    duplicates: custom('medallion.duplicates'),
  };
  return { table, diagnostics: found.flatMap((one) => one.diagnostics) };
}

/**
 * `schema.table`: from `physicalName` (its last two levels), the schema of a Databricks server, or the folder that the document
 * lies in, which the layers' folders under `contracts/` name.
 */
function tableName(file: string, root: ConfigNode, node: ConfigNode): string | undefined {
  const written = (textAt(node, 'physicalName') ?? textAt(node, 'name') ?? '').split('.').slice(-2);
  if (written.length === 2) return written.join('.').toLowerCase();
  const server = itemsAt(root, 'servers').find((item) => textAt(item, 'type') === 'databricks');
  const schema = textAt(server, 'schema') ?? file.split('/').at(-2);
  return schema === undefined ? undefined : `${schema}.${written[0] ?? ''}`.toLowerCase();
}

function readColumn(node: ConfigNode): ContractColumn {
  return {
    name: textAt(node, 'physicalName') ?? textAt(node, 'name') ?? '',
    logicalType: textAt(node, 'logicalType'),
    physicalType: textAt(node, 'physicalType'),
    required: flagAt(node, 'required'),
    unique: flagAt(node, 'unique'),
    primaryKey: flagAt(node, 'primaryKey'),
    description: textAt(node, 'description'),
  };
}

/** The members of `team`, in the form of 3.0 (a list) or of 3.1 (an object with members). */
function owners(root: ConfigNode): string[] {
  const members = [...itemsAt(root, 'team'), ...itemsAt(root, 'team', 'members')];
  return members.flatMap((member) => textAt(member, 'username') ?? textAt(member, 'name') ?? []);
}

function serviceLevel(node: ConfigNode): ServiceLevel {
  return {
    property: textAt(node, 'property') ?? '',
    value: textAt(node, 'value') ?? '',
    unit: textAt(node, 'unit'),
    element: textAt(node, 'element'),
  };
}

function unnamed(node: ConfigNode): Diagnostic {
  return {
    severity: 'error',
    code: 'contract.invalid',
    message: 'The table has no schema: neither physicalName, nor a Databricks server, nor the folder names one.',
    range: node.range,
    nextStep: 'Write physicalName: <schema>.<table>.',
  };
}

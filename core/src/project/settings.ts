import { Ajv, type ErrorObject } from 'ajv';
import schema from '../../../schemas/medallion.schema.json' with { type: 'json' };
import type { Diagnostic } from '../base/diagnostic.ts';
import { at, toPlain, type ConfigNode } from './config-node.ts';
import type { MedallionSettings } from './medallion.generated.ts';

export const settingsFileName = 'medallion.yaml';

export interface LoadedSettings {
  /** Undefined where the file breaks its schema: nothing is guessed from half a file. */
  readonly settings: MedallionSettings | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges `medallion.yaml` by its schema. Unknown keys are warned about and tolerated. */
export function readSettings(node: ConfigNode): LoadedSettings {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<MedallionSettings>(schema);
  const plain: unknown = node.kind === 'scalar' && node.value === null ? {} : toPlain(node);
  const valid = validate(plain);
  const diagnostics = (validate.errors ?? []).map((error) => toDiagnostic(error, node));
  const usable = valid || diagnostics.every(({ severity }) => severity === 'warning');
  return { settings: usable ? (plain as MedallionSettings) : undefined, diagnostics };
}

function toDiagnostic(error: ErrorObject, root: ConfigNode): Diagnostic {
  const path = error.instancePath.split('/').slice(1).map(unescape);
  const place = at(root, ...path) ?? root;
  const where = path.length > 0 ? path.join('.') : settingsFileName;
  const extra = (error.params as { additionalProperty?: string }).additionalProperty;
  if (error.keyword === 'additionalProperties' && extra !== undefined) {
    const keyRange = place.kind === 'map' ? place.entries.get(extra)?.keyRange : undefined;
    return {
      severity: 'warning',
      code: 'settings.unknown-key',
      message: `${where} has no setting ${extra}.`,
      range: keyRange ?? place.range,
      nextStep: 'Correct its spelling, or remove it.',
    };
  }
  return {
    severity: 'error',
    code: 'settings.invalid',
    message: `${where} ${error.message ?? 'is not valid'}.`,
    range: place.range,
    nextStep: 'Correct the value; schemas/medallion.schema.json describes the file.',
  };
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

import type { ArmState } from '../state.ts';

/** The key of an object in the state: names do not distinguish case. */
export const objectKey = (factory: string, kind: string, name: string): string =>
  `${factory}/${kind}/${name}`.toLowerCase();

/** The resource id of a factory, or of an object in it. */
export function resourceId(
  { names }: ArmState,
  { factory, kind, name }: { readonly factory: string; readonly kind: string; readonly name: string },
): string {
  const home = `/subscriptions/${names.subscriptionId}/resourceGroups/${names.resourceGroup}/providers/Microsoft.DataFactory/factories/${factory}`;
  return kind === '' ? home : `${home}/${kind}/${name}`;
}

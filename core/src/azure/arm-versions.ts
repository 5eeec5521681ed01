/** Api-versions by resource type, lower case. Pinned here, because generated SDKs pin old ones. */
const apiVersions: Readonly<Record<string, string>> = {
  'microsoft.datafactory/factories': '2018-06-01',
  'microsoft.authorization/roleassignments': '2022-04-01',
  'microsoft.insights/diagnosticsettings': '2021-05-01-preview',
  'microsoft.insights/scheduledqueryrules': '2023-03-15-preview',
  'microsoft.advisor/recommendations': '2025-01-01',
  'microsoft.machinelearningservices/workspaces': '2025-09-01',
};

/** The version for a resource id: of the last provider in it, because extension resources stand below others. */
export function apiVersionFor(resourceId: string): string | undefined {
  const provider = resourceId.toLowerCase().lastIndexOf('/providers/');
  if (provider < 0) return undefined;
  const [namespace, type] = resourceId
    .slice(provider + '/providers/'.length)
    .toLowerCase()
    .split('/');
  return apiVersions[`${namespace ?? ''}/${type ?? ''}`];
}

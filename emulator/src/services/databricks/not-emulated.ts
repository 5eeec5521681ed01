/** Services of a workspace that this emulator does not have yet: a request to one is answered 501 with its name. */
const services: readonly (readonly [path: RegExp, name: string])[] = [
  [/^\/sql\/1\.0\//, 'the Thrift protocol of what is no SQL warehouse'],
  [/^\/api\/2\.\d\/sql\//, 'this operation on SQL warehouses, statements and queries'],
  [/^\/api\/2\.\d\/fs\//, 'this operation of the Files API (uploads go in one request)'],
  [/^\/api\/2\.\d\/dbfs\//, 'DBFS, which the service itself retires: use volumes (/Volumes/...) through the Files API'],
  [/^\/api\/2\.\d\/permissions\//, 'permissions of this kind of object, or setting those of files and folders'],
  [/^\/api\/2\.\d\/unity-catalog\//, 'this part of Unity Catalog'],
  [/^\/api\/2\.\d\/jobs\/runs\/(submit|repair|delete|export|cancel-all)/, 'this operation on job runs'],
  [/^\/api\/2\.\d\/(jobs)\//, 'this operation or version of the Jobs API (2.2 is emulated)'],
  [/^\/api\/2\.\d\/(clusters|instance-pools|policies|libraries|global-init-scripts)\//, 'clusters'],
  [/^\/api\/2\.\d\/(pipelines|repos|git-credentials|token|tokens|serving-endpoints|mlflow)(\/|$)/, 'this service'],
  [/^\/api\/2\.\d\/(preview|account)\/scim\//, 'users, groups and service principals (only Me is emulated)'],
  [/^\/api\/2\.\d\/workspace/, 'this operation on the workspace'],
];

/** What the path asks for, where it is a service that is known and not emulated. */
export const notEmulatedAt = (path: string): string | undefined =>
  services.find(([pattern]) => pattern.test(path))?.[1];

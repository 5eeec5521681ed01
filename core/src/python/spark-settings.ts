import type { AzureEnvironment } from '../azure/environment.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { CatalogContents } from '../lake/catalog-contents.ts';
import { formatLakePath } from '../lake/names.ts';
import { isSampleCatalog } from '../lake/sample-catalog.ts';
import type { Bridge } from './bridge.ts';

/** All that makes a Spark session the local lake's, as plain data for `runtime/session.py`. */
export interface SparkSettings {
  /** Set before the JVM starts, on its command line: no secrets. */
  readonly spark: Readonly<Record<string, string>>;
  /** Set in the running JVM: Hadoop's, with the storage key. */
  readonly hadoop: Readonly<Record<string, string>>;
  readonly catalogs: readonly string[];
  readonly bridge: { readonly url: string; readonly secret: string };
  /** The name that two-level names mean; absent where there are several catalogs, or none. */
  readonly currentCatalog?: string;
}

export interface SparkSettingsOptions {
  readonly environment: AzureEnvironment;
  readonly contents: CatalogContents;
  readonly bridge: Bridge;
  /** A folder of this session's own, for what Spark spills. */
  readonly scratch: string;
  /** The local folder that stands for the root of DBFS. */
  readonly dbfsRoot: string;
  readonly packages: readonly string[];
  readonly ansi: boolean;
  /** True: every commit on the lake is asked for first (`check-commit` of the bridge). */
  readonly checked: boolean;
  readonly threads?: number;
}

/** @throws ExpectedError `python.storage-not-local` */
export function sparkSettings(options: SparkSettingsOptions): SparkSettings {
  const { contents, bridge } = options;
  // Databricks' samples are no project's own catalog.
  const [only, ...others] = contents.catalogs.filter((name) => !isSampleCatalog(name));
  return {
    spark: sessionSettings(options),
    hadoop: {
      ...storageSettings(options.environment),
      ...pathSettings(options),
      'medallion.bridge.url': bridge.url,
      'medallion.bridge.secret': bridge.secret,
    },
    catalogs: contents.catalogs,
    bridge: { url: bridge.url, secret: bridge.secret },
    ...(only === undefined || others.length > 0 ? {} : { currentCatalog: only }),
  };
}

function sessionSettings({
  scratch,
  packages,
  ansi,
  checked,
  threads = 2,
}: SparkSettingsOptions): Record<string, string> {
  return {
    'spark.master': `local[${threads}]`,
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.ui.enabled': 'false',
    'spark.ui.showConsoleProgress': 'false',
    'spark.jars.packages': packages.join(','),
    // A session lives for seconds: it ends before the second compiler has paid for itself.
    'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    'spark.local.dir': scratch,
    'spark.sql.warehouse.dir': `${scratch}/warehouse`,
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
    'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
    ...(checked ? { 'spark.delta.logStore.abfss.impl': 'dev.medallion.spark.CheckedLogStore' } : {}),
    // As on Databricks: tables and files without a format are Delta, times are UTC.
    'spark.sql.sources.default': 'delta',
    'spark.sql.session.timeZone': 'Etc/UTC',
    'spark.sql.ansi.enabled': String(ansi),
    // A laptop's sizes: 200 shuffle partitions are for clusters.
    'spark.sql.shuffle.partitions': String(2 * threads),
    'spark.databricks.delta.snapshotPartitions': '2',
    // FileContext asks for https where the URL says abfss; FileSystem asks as it is told to.
    'spark.sql.streaming.checkpointFileManagerClass':
      'org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager',
  };
}

/**
 * Hadoop's ABFS driver on the local storage: `fs.azure.abfs.endpoint` is its own switch for an address without a host name of the
 * account, and the class for `abfs` serves `abfss` too, because it alone may speak http.
 */
function storageSettings({ storage }: AzureEnvironment): Record<string, string> {
  const { hostname, port, protocol } = new URL(storage?.dfsEndpoint ?? 'none:');
  if (!storage || protocol !== 'http:' || storage.accountKey === undefined) {
    throw new ExpectedError({
      code: 'python.storage-not-local',
      message: 'Spark runs here on the local Azure only; this environment has none with a shared key.',
      nextStep: 'Run the job in the environment local, or deploy it and run it on Databricks.',
      kind: 'environment',
    });
  }
  const driver = 'org.apache.hadoop.fs.azurebfs.AzureBlobFileSystem';
  return {
    'fs.abfs.impl': driver,
    'fs.abfss.impl': driver,
    'fs.azure.abfs.endpoint': `${hostname}:${port}`,
    'fs.azure.always.use.https': 'false',
    'fs.azure.account.hns.enabled': 'true',
    [`fs.azure.account.key.${storage.accountName}.dfs.core.windows.net`]: storage.accountKey,
    // A wrong place answers at once: the default retries for minutes.
    'fs.azure.io.retry.max.retries': '3',
  };
}

/** Paths without a scheme are DBFS, as on Databricks: volumes lead to their containers, everything else to a local folder. */
function pathSettings({ contents, dbfsRoot }: SparkSettingsOptions): Record<string, string> {
  const links = contents.volumes.map(
    ({ path, location }) => [`fs.viewfs.mounttable.default.link.${path}`, formatLakePath(location)] as const,
  );
  return {
    'fs.defaultFS': 'dbfs:///',
    'fs.dbfs.impl': 'org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme',
    'fs.viewfs.mounttable.default.linkFallback': `file://${dbfsRoot}`,
    ...Object.fromEntries(links),
  };
}

/* Generated from schemas/medallion.schema.json by tools/schemas.mjs: change the schema, then run "npm run schemas". */

/**
 * medallion.yaml: what the cloud's own formats do not say. Never a secret.
 */
export interface MedallionSettings {
  /**
   * The lake's layers by name, in the order in which data flows.
   */
  layers?: {
    [k: string]: Layer;
  };
  /**
   * Where the project runs and is promoted to, by name; local is one of them.
   */
  environments?: {
    [k: string]: EnvironmentSettings;
  };
  parts?: Parts;
  python?: PythonSettings;
  /**
   * What the metrics of a task must reach, by job/task and the metric's name: a task that does not fails.
   */
  gates?: {
    [k: string]: {
      [k: string]: MetricGate;
    };
  };
}
export interface Layer {
  /**
   * The storage container that holds the layer.
   */
  container?: string;
  /**
   * The Unity Catalog schema whose tables form the layer.
   */
  schema?: string;
  /**
   * schema.volume, for a layer of files.
   */
  volume?: string;
}
export interface EnvironmentSettings {
  /**
   * The bundle's target. Default: the bundle's default target.
   */
  target?: string;
  /**
   * Values of the bundle's variables in this environment.
   */
  variables?: {
    [k: string]: string | number | boolean;
  };
  tenantId?: string;
  storage?: {
    account: string;
    /**
     * Default: https://<account>.dfs.core.windows.net
     */
    dfsEndpoint?: string;
    /**
     * Default: https://<account>.blob.core.windows.net
     */
    blobEndpoint?: string;
  };
  eventHubs?: {
    /**
     * The namespace's name, or its full host name.
     */
    namespace: string;
  };
  databricks?: {
    /**
     * Default: workspace.host of the bundle's target.
     */
    host?: string;
  };
  /**
   * Values of the factory's global parameters in this environment, where they differ from those in factory/.
   */
  globalParameters?: {
    [k: string]: unknown;
  };
  /**
   * What a release sets in the factory's objects for this environment, by the names that publishing gives to parameters of its template: <object>_properties_<path>.
   */
  templateParameters?: {
    [k: string]: string | number | boolean;
  };
  dataFactory?: {
    /**
     * Default: https://management.azure.com
     */
    armEndpoint?: string;
    subscriptionId: string;
    resourceGroup: string;
    factoryName: string;
  };
}
/**
 * Where the parts are, relative to medallion.yaml. Default: found by their form.
 */
export interface Parts {
  /**
   * The folder of databricks.yml.
   */
  bundle?: string;
  /**
   * The folder of pipeline/, dataset/, linkedService/.
   */
  factory?: string;
  /**
   * The Event Hubs emulator's Config.json.
   */
  hubs?: string;
  /**
   * The folder of *.odcs.yaml.
   */
  contracts?: string;
}
/**
 * The Python that runs the project's Python tasks.
 */
export interface PythonSettings {
  /**
   * A Python, or the folder of a virtual environment, relative to medallion.yaml. Default: VIRTUAL_ENV, .venv, venv, python3.
   */
  interpreter?: string;
  /**
   * True: %pip install of a notebook may install into that Python. Default: false, and the run says what to install.
   */
  installPackages?: boolean;
}
export interface MetricGate {
  /**
   * The least value that passes.
   */
  minimum?: number;
  /**
   * The greatest value that passes.
   */
  maximum?: number;
}

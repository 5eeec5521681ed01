import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { entriesAt, textAt } from '@medallion/core/project/config-node.ts';
import type { MedallionSettings } from '@medallion/core/project/medallion.generated.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';
import { namesUsed } from './names-used.ts';
import { catalogBody, unityCatalog } from './provision.ts';

export interface UndeclaredNamesInput {
  /** The local one: in the cloud an administrator makes these names. */
  readonly environment: AzureEnvironment;
  readonly settings: MedallionSettings | undefined;
  readonly bundle: ResolvedBundle | undefined;
  /** Told of each name when it is made: `catalog shop`, `schema shop.me`. */
  readonly made: (what: string) => void;
}

/** Makes catalogs and schemas that are missing. */
export interface UndeclaredNames {
  catalog(name: string): Promise<void>;
  /** Its catalog too. */
  schema(catalog: string, schema: string): Promise<void>;
}

/**
 * Names that exist in the team's cloud because an administrator made them. One that the bundle declares and its target deploys under
 * another name is never made: it is missing in the cloud as well.
 */
export function undeclaredNames({ environment, settings, bundle, made }: UndeclaredNamesInput): UndeclaredNames {
  const create = unityCatalog(environment);
  const done = new Map<string, Promise<void>>();
  const renamed = renamedNames(bundle);
  // Tasks run side by side: a name is made once.
  const once = (kind: 'catalog' | 'schema', name: string, body: () => Promise<unknown>): Promise<void> => {
    const key = `${kind} ${name.toLowerCase()}`;
    const make = async (): Promise<void> => {
      if (renamed.has(key)) return;
      if ((await create(`${kind}s`, name, body)) === 1) made(`${kind} ${name}`);
    };
    const known = done.get(key) ?? make();
    done.set(key, known);
    return known;
  };
  const catalog = (name: string): Promise<void> =>
    once('catalog', name, () => catalogBody(environment, settings, name));
  return {
    catalog,
    async schema(catalogName, name) {
      await catalog(catalogName);
      await once('schema', `${catalogName}.${name}`, async () => ({ name, catalog_name: catalogName }));
    },
  };
}

/** An engine before whose scripts the names that they use are made. A script that cannot be compiled is the engine's to refuse. */
export function withUndeclaredNames(engine: Engine, names: UndeclaredNames): Engine {
  return {
    runScript: async (request, ...rest) => {
      // The parser is large, and a run that finds nothing to do never needs it.
      const { createDialect } = await import('@medallion/core/sql/dialect.ts');
      const { source, parameters, profile, catalog, schema } = request;
      const compiled = (await createDialect()).compile(source, new Map(Object.entries(parameters)), profile);
      if (compiled.ok) {
        const used = namesUsed(compiled.statements, { catalog, schema });
        for (const name of used.catalogs) await names.catalog(name);
        for (const one of used.schemas) await names.schema(one.catalog, one.schema);
      }
      return await engine.runScript(request, ...rest);
    },
    query: (...args) => engine.query(...args),
    checkCommit: (...args) => engine.checkCommit(...args),
    exportQuery: (...args) => engine.exportQuery(...args),
    previewFile: (...args) => engine.previewFile(...args),
    previewTable: (...args) => engine.previewTable(...args),
    statistics: () => engine.statistics(),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** `schema catalog.name` in lower case, as the SQL of the bundle says it and its target does not. */
function renamedNames(bundle: ResolvedBundle | undefined): ReadonlySet<string> {
  if (!bundle) return new Set();
  const renamed = (kind: 'catalogs' | 'schemas', nameOf: (plain: string, catalog: string) => string) =>
    entriesAt(bundle.config, 'resources', kind).flatMap(([key, { value }]) => {
      const plain = textAt(bundle.plainResources, kind, key, 'name');
      if (plain === undefined || plain === textAt(value, 'name')) return [];
      return [nameOf(plain, textAt(value, 'catalog_name') ?? '').toLowerCase()];
    });
  return new Set([
    ...renamed('catalogs', (plain) => `catalog ${plain}`),
    ...renamed('schemas', (plain, catalog) => `schema ${catalog}.${plain}`),
  ]);
}

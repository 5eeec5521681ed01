import { ExpectedError } from '../base/expected-error.ts';
import { sparkToDelta } from '../delta/spark-types.ts';
import { formatTableName, tableKey, type TableName } from './names.ts';
import { serviceErrorCode, type UnityCatalog } from './unity-catalog.ts';

/** The schema that plain names in a function's body belong to. */
export interface FunctionHome {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
}

export interface ParameterDefinition {
  readonly name: string;
  /** Spark's type text. */
  readonly typeText: string;
  /** Databricks SQL text. */
  readonly defaultText?: string;
  readonly comment?: string;
}

/** A function as it is kept, in the session or in Unity Catalog: texts only. */
export interface FunctionDefinition {
  /** As Spark shows it: one name for a temporary function, three for the catalog's. */
  readonly name: string;
  readonly temporary: boolean;
  readonly parameters: readonly ParameterDefinition[];
  readonly returns:
    | { readonly kind: 'scalar'; readonly typeText?: string }
    | { readonly kind: 'table'; readonly columns?: readonly ParameterDefinition[] };
  /** The text after RETURN, with its query parameters filled in. */
  readonly body: string;
  /** True where the body reads tables, or calls what does. */
  readonly readsData: boolean;
  readonly deterministic?: boolean;
  readonly comment?: string;
  /** How the compute that made it evaluates SQL: the body is always evaluated so. */
  readonly ansi: boolean;
  readonly home: FunctionHome;
  /** Temporary views that the body names, lower-case: any other name is a table's. */
  readonly views: readonly string[];
}

/** As `/api/2.1/unity-catalog/functions` answers it; the parts that are used. */
export interface FunctionInfo {
  readonly name: string;
  readonly catalog_name: string;
  readonly schema_name: string;
  readonly input_params?: { readonly parameters?: readonly FunctionParameterInfo[] };
  readonly return_params?: { readonly parameters?: readonly FunctionParameterInfo[] };
  readonly data_type?: string;
  readonly full_data_type?: string;
  readonly routine_body: string;
  readonly routine_definition: string;
  readonly external_language?: string;
  readonly is_deterministic?: boolean;
  readonly sql_data_access?: string;
  readonly comment?: string;
  /** JSON text. */
  readonly properties?: string;
}

interface FunctionParameterInfo {
  readonly name: string;
  readonly type_text: string;
  readonly parameter_default?: string;
  readonly comment?: string;
}

/** Where Spark keeps how a function's body is evaluated. */
const ansiProperty = 'sqlConfig.spark.sql.ansi.enabled';
const homeProperty = 'catalogAndNamespace.part.';

/** What Unity Catalog is given for a function (`FunctionInfo` of its REST interface 2.1). */
export function functionInfo(
  name: { readonly catalog: string; readonly schema: string; readonly table: string },
  definition: FunctionDefinition,
): Record<string, unknown> {
  const { returns, home } = definition;
  const table = returns.kind === 'table';
  const type = table ? 'TABLE_TYPE' : typeName(returns.typeText ?? 'string');
  const full = table ? 'TABLE' : (returns.typeText ?? 'string');
  const properties = {
    [ansiProperty]: String(definition.ansi),
    ...(home.catalog === undefined ? {} : { [`${homeProperty}0`]: home.catalog }),
    ...(home.schema === undefined ? {} : { [`${homeProperty}1`]: home.schema }),
  };
  return {
    name: name.table,
    catalog_name: name.catalog,
    schema_name: name.schema,
    input_params: { parameters: definition.parameters.map(describeParameter) },
    ...(returns.kind === 'table'
      ? { return_params: { parameters: (returns.columns ?? []).map(describeParameter) } }
      : {}),
    data_type: type,
    full_data_type: full,
    routine_body: 'SQL',
    routine_definition: definition.body,
    parameter_style: 'S',
    security_type: 'DEFINER',
    specific_name: name.table,
    sql_data_access: definition.readsData ? 'READS_SQL_DATA' : 'CONTAINS_SQL',
    is_deterministic: definition.deterministic ?? true,
    is_null_call: false,
    ...(definition.comment === undefined ? {} : { comment: definition.comment }),
    properties: JSON.stringify(properties),
  };
}

/** A function in SQL as its catalog tells it; undefined for one in another language. */
export function storedFunction(info: FunctionInfo): FunctionDefinition | undefined {
  if (info.routine_body !== 'SQL') return undefined;
  const properties = readProperties(info.properties);
  const parameters = (info.input_params?.parameters ?? []).map(readParameter);
  const columns = (info.return_params?.parameters ?? []).map(readParameter);
  const table = info.data_type === 'TABLE_TYPE';
  return {
    name: `${info.catalog_name}.${info.schema_name}.${info.name}`,
    temporary: false,
    parameters,
    returns: table
      ? { kind: 'table', columns }
      : { kind: 'scalar', ...(info.full_data_type === undefined ? {} : { typeText: info.full_data_type }) },
    body: info.routine_definition,
    readsData: info.sql_data_access === 'READS_SQL_DATA',
    ...(info.is_deterministic === undefined ? {} : { deterministic: info.is_deterministic }),
    ...(info.comment === undefined ? {} : { comment: info.comment }),
    ansi: properties[ansiProperty] !== 'false',
    home: {
      catalog: properties[`${homeProperty}0`] ?? info.catalog_name,
      schema: properties[`${homeProperty}1`] ?? info.schema_name,
    },
    views: [],
  };
}

function describeParameter(parameter: ParameterDefinition, position: number): Record<string, unknown> {
  const { name, typeText, defaultText, comment } = parameter;
  return {
    name,
    type_text: typeText,
    type_name: typeName(typeText),
    type_json: JSON.stringify({ name, type: sparkToDelta(typeText), nullable: true, metadata: {} }),
    position,
    ...(defaultText === undefined ? {} : { parameter_default: defaultText }),
    ...(comment === undefined ? {} : { comment }),
  };
}

function readParameter({ name, type_text, parameter_default, comment }: FunctionParameterInfo): ParameterDefinition {
  return {
    name,
    typeText: type_text,
    ...(parameter_default === undefined ? {} : { defaultText: parameter_default }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Unity Catalog's ColumnTypeName. */
function typeName(typeText: string): string {
  const [word = ''] = typeText.split(/[(<]/);
  return word.trim().toUpperCase().replaceAll(' ', '_');
}

function readProperties(text: string | undefined): Readonly<Record<string, string | undefined>> {
  if (text === undefined || text === '') return {};
  return JSON.parse(text) as Record<string, string | undefined>;
}

const NO_FUNCTION: ReadonlySet<string> = new Set([
  'FUNCTION_DOES_NOT_EXIST',
  'SCHEMA_DOES_NOT_EXIST',
  'CATALOG_DOES_NOT_EXIST',
]);

/** Undefined where there is none of that name. Rejects with `catalog.function-not-emulated` for another language than SQL. */
export async function findFunction(catalog: UnityCatalog, name: TableName): Promise<FunctionDefinition | undefined> {
  try {
    const info = await catalog.getFunction(tableKey(name));
    const found = storedFunction(info);
    if (found) return found;
    throw new ExpectedError({
      code: 'catalog.function-not-emulated',
      message: `The function ${formatTableName(name)} is in ${info.external_language ?? 'another language'}, which is not emulated locally.`,
      nextStep: 'Run this task with Spark.',
    });
  } catch (error) {
    if (NO_FUNCTION.has(serviceErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

import type { StatementParameter, StatementResult } from '../../../../kit/executors.ts';
import type { DatabricksRequest } from '../../route.ts';
import type { DatabricksState } from '../../state.ts';
import { endOrTimeout, mostRows } from '../statements.ts';
import { binary, bool, i32, map, struct, text, type ThriftStruct, type Typed } from './binary-protocol.ts';
import { questions } from './catalog-questions.ts';
import { rowSet, tableSchema } from './result-set.ts';
import type { Namespace, WarehouseOperation, WarehouseSession } from './sessions.ts';

interface Called {
  readonly state: DatabricksState;
  readonly http: DatabricksRequest;
  readonly request: ThriftStruct;
}

type Method = (called: Called) => Typed | Promise<Typed>;

/** TProtocolVersion: V8 is the first with parameters, and asks for nothing that is not here. */
const protocolVersion = 0xa508;
/** Milliseconds that a question for the state of a statement waits for its end: clients that ask without a pause are slowed down. */
const patienceMs = 500;
/** Rows of one answer where the client names no number. */
const fetchRows = 100_000;

/** What a failed call says of itself. */
class CallError extends Error {
  readonly sqlState: string;
  readonly status: number;

  constructor(message: string, sqlState = 'HY000', status = 3) {
    super(message);
    this.sqlState = sqlState;
    this.status = status;
  }
}

/** By the name of the method in Hive's service, which warehouses took over. */
const methods: Readonly<Record<string, Method>> = {
  OpenSession: openSession,
  CloseSession: ({ http, request }) => {
    for (const { answer } of http.sessions.close(sessionOf(http, request))) cancel(http, answer);
    return struct({ 1: succeeded });
  },
  GetInfo: getInfo,
  ExecuteStatement: executeStatement,
  GetOperationStatus: operationStatus,
  GetResultSetMetadata: ({ http, request }) => metadataOf(resultOf(operationOf(http, request))),
  FetchResults: fetchResults,
  CancelOperation: ({ http, request }) => {
    cancel(http, operationOf(http, request).answer);
    return struct({ 1: succeeded });
  },
  CloseOperation: ({ http, request }) => {
    const operation = operationOf(http, request);
    cancel(http, operation.answer);
    http.sessions.end(operation);
    return struct({ 1: succeeded });
  },
};

/** The answer to a method, its own failures included; undefined where there is none of that name. */
export async function answerCall(method: string, called: Called): Promise<Typed | undefined> {
  const question = questions[method];
  const known: Method | undefined = question ? (given) => ask(question, given) : methods[method];
  if (!known) return undefined;
  try {
    return await known(called);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const status = { 1: i32(error.status), 3: text(error.sqlState), 5: text(error.message), 6: text(error.message) };
    return struct({ 1: struct(status) });
  }
}

const succeeded = struct({ 1: i32(0) });

function openSession({ http, request }: Called): Typed {
  requireNoSettings(request.keys(4));
  const initial = request.struct(1284);
  const session = http.sessions.open(namespaceOf(initial.text(1), initial.text(2)));
  return struct({
    1: succeeded,
    2: i32(protocolVersion),
    3: struct({ 1: handle(session.id) }),
    4: map({}),
    1284: struct({ 1: optional(session.namespace.catalog), 2: optional(session.namespace.schema) }),
    1285: bool(true),
  });
}

const optional = (value: string | undefined): Typed | undefined => (value === undefined ? undefined : text(value));

const namespaceOf = (catalog = '', schema = ''): Namespace => ({
  ...(catalog === '' ? {} : { catalog }),
  ...(schema === '' ? {} : { schema }),
});

/** TGetInfoType: what clients ask for before anything else. */
const information: Readonly<Record<number, string>> = { 13: 'Medallion', 17: 'Spark SQL', 18: '4.0.0' };

function getInfo({ http, request }: Called): Typed {
  sessionOf(http, request);
  const found = information[request.number(2) ?? -1];
  if (found === undefined) throw new CallError(`Information ${request.number(2)} is not emulated.`, 'HYC00');
  return struct({ 1: succeeded, 2: struct({ 1: text(found) }) });
}

function executeStatement({ state, http, request }: Called): Typed {
  const session = sessionOf(http, request);
  const statement = request.text(2) ?? '';
  requireNoSettings(request.keys(3));
  const used = useOf(statement);
  if (used) return began(http, session, 0, use(state, session, used));
  const kept = OF_THE_SESSION.exec(statement)?.[1];
  if (kept !== undefined) throw new CallError(lost(`What ${kept.toUpperCase().replaceAll(/\s+/g, ' ')} says`), '0A000');
  const limit = request.number(1287);
  const run = http.statements.submit(
    {
      statement,
      parameters: request.structs(1288).map(parameterOf),
      ...session.namespace,
      maxRows: limit !== undefined && limit > 0 ? Math.min(limit, mostRows) : mostRows,
    },
    http.user.userName,
  );
  const operation = http.sessions.begin(session, run);
  if (limit !== undefined && limit > 0) limited.add(operation);
  return struct({ 1: succeeded, 2: operationHandle(operation, 0, true) });
}

/** Operations whose client asked for no more rows than a number of its own. */
const limited = new WeakSet<WarehouseOperation>();

function parameterOf(parameter: ThriftStruct): StatementParameter {
  const [name, type, given] = [parameter.text(2), parameter.text(3), parameter.struct(4)];
  if (name === undefined || name === '')
    throw new CallError('Parameters by their place (?) are not emulated: name them (:name).', '0A000');
  const value = given.text(1) ?? given.number(2) ?? given.flag(3);
  return {
    name,
    ...(value === undefined ? {} : { value: String(value) }),
    ...(type === undefined ? {} : { type }),
  };
}

/** Spaces and comments before a statement. */
const BEFORE = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*`;

/** Statements whose only effect a session of the service would keep for those after it. */
const OF_THE_SESSION = new RegExp(
  String.raw`^${BEFORE}(USE|SET|RESET|DECLARE|CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+)?TEMP(?:ORARY)?|CACHE|UNCACHE)\b`,
  'i',
);

const lost = (what: string): string =>
  `${what} is kept by a session of the service; here each statement is a session of its own, and nothing but catalog and schema (USE name) outlives it.`;

/** How the client wants its rows, which is decided here. Any other setting would change what statements answer. */
const ofTheClient = /^spark\.thriftserver\./;

function requireNoSettings(names: readonly string[]): void {
  const other = names.find((name) => !ofTheClient.test(name));
  if (other !== undefined) throw new CallError(lost(`The setting ${other}`), '0A000');
}

/** A session's own statement: it moves the session, and asks the engine for nothing. */
const USE = new RegExp(
  String.raw`^${BEFORE}USE\s+(?:(CATALOG|SCHEMA|DATABASE|NAMESPACE)\s+)?` +
    '(?:`([^`]+)`|([\\w-]+))(?:\\.(?:`([^`]+)`|([\\w-]+)))?\\s*;?\\s*$',
  'i',
);

interface Use {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
}

function useOf(statement: string): Use | undefined {
  const found = USE.exec(statement);
  if (!found) return undefined;
  const [, word, first, plainFirst, second, plainSecond] = found;
  const [one = '', two] = [first ?? plainFirst, second ?? plainSecond];
  if (word?.toUpperCase() === 'CATALOG') return two === undefined ? { catalog: one } : undefined;
  return two === undefined ? { schema: one } : { catalog: one, schema: two };
}

const nothing: StatementResult = { columns: [], rows: [], truncated: false };

function use(state: DatabricksState, session: WarehouseSession, { catalog, schema }: Use): StatementResult {
  const within = catalog ?? session.namespace.catalog;
  if (catalog !== undefined && !state.catalogs.has(catalog.toLowerCase()))
    throw new CallError(`[NO_SUCH_CATALOG_EXCEPTION] Catalog '${catalog}' was not found.`, '42704');
  if (schema !== undefined && within === undefined)
    throw new CallError(
      `USE ${schema} needs a catalog: name it when the session is opened, or by USE CATALOG.`,
      '42704',
    );
  if (schema !== undefined && !state.schemas.has(`${within}.${schema}`.toLowerCase()))
    throw new CallError(`[SCHEMA_NOT_FOUND] The schema \`${within}\`.\`${schema}\` cannot be found.`, '42704');
  session.namespace = namespaceOf(within, schema ?? 'default');
  return nothing;
}

function ask(question: (typeof questions)[string], { state, http, request }: Called): Typed {
  const { columns, rows, type } = question;
  const session = sessionOf(http, request);
  return began(http, session, type, { columns, rows: rows(state, request), truncated: false });
}

function began(http: DatabricksRequest, session: WarehouseSession, type: number, result: StatementResult): Typed {
  const operation = http.sessions.begin(session, result);
  return struct({ 1: succeeded, 2: operationHandle(operation, type, hasRows(result)) });
}

/** @param rows true where it may give any, as far as is known when it begins. */
const operationHandle = ({ id }: WarehouseOperation, type: number, rows: boolean): Typed =>
  struct({ 1: handle(id), 2: i32(type), 3: bool(rows) });

const hasRows = ({ columns }: StatementResult): boolean => columns.length > 0;

/** TOperationState. */
const states = { RUNNING: 1, SUCCEEDED: 2, CANCELED: 3, CLOSED: 4, FAILED: 5, PENDING: 7 } as const;

async function operationStatus({ http, request }: Called): Promise<Typed> {
  const { answer } = operationOf(http, request);
  if (!('ended' in answer)) return struct({ 1: succeeded, 2: i32(states.SUCCEEDED), 9: bool(hasRows(answer)) });
  await endOrTimeout(answer, patienceMs);
  const { state } = answer;
  const error = state.kind === 'FAILED' ? text(state.error.message) : undefined;
  return struct({
    1: succeeded,
    2: i32(states[state.kind]),
    3: error && text(/SQLSTATE: (\w{5})/.exec(state.kind === 'FAILED' ? state.error.message : '')?.[1] ?? 'HY000'),
    5: error,
    9: bool(state.kind !== 'SUCCEEDED' || hasRows(state.result)),
    1281: error,
  });
}

/** @throws CallError for a statement that has none, and for one with more rows than are sent. */
function resultOf(operation: WarehouseOperation): StatementResult {
  const { answer } = operation;
  if (!('ended' in answer)) return answer;
  const { state } = answer;
  if (state.kind === 'FAILED') throw new CallError(state.error.message);
  if (state.kind !== 'SUCCEEDED') throw new CallError(`The statement has no result: it is ${state.kind}.`);
  if (state.result.truncated && !limited.has(operation))
    throw new CallError(
      `The result has more than ${mostRows} rows, which are not sent here: ask for fewer with LIMIT.`,
    );
  return state.result;
}

/** TSparkRowSetType: rows by columns of values, and not Arrow. */
const columnBased = 1;

const metadataOf = ({ columns }: StatementResult): Typed =>
  struct({ 1: succeeded, 2: tableSchema(columns), 1281: i32(columnBased), 1282: bool(false), 1287: bool(false) });

/** TFetchOrientation: from the first row on again. */
const first = 4;

function fetchResults({ http, request }: Called): Typed {
  const operation = operationOf(http, request);
  const result = resultOf(operation);
  if (request.number(2) === first) operation.fetched = 0;
  const start = request.number(1282) ?? operation.fetched;
  const most = request.number(3) ?? 0;
  const rows = result.rows.slice(start, start + (most > 0 ? Math.min(most, fetchRows) : fetchRows));
  operation.fetched = start + rows.length;
  return struct({
    1: succeeded,
    2: bool(operation.fetched < result.rows.length),
    3: rowSet(result.columns, rows, start),
    1281: request.flag(1283) === true ? metadataOf(result) : undefined,
  });
}

function cancel(http: DatabricksRequest, answer: WarehouseOperation['answer']): void {
  if ('ended' in answer) http.statements.cancel(answer);
}

/** THandleIdentifier: the id's bytes, and a secret, for which the token of the request stands here. */
const handle = (id: string): Typed => struct({ 1: binary(bytesOf(id)), 2: binary(Buffer.alloc(16)) });

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

function idOf(identifier: ThriftStruct): string {
  const hex = (identifier.bytes(1) ?? Buffer.alloc(0)).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const invalidHandle = 4;

function sessionOf(http: DatabricksRequest, request: ThriftStruct): WarehouseSession {
  const found = http.sessions.session(idOf(request.struct(1).struct(1)));
  if (found) return found;
  throw new CallError(
    'Invalid SessionHandle: the session was closed, or was of an emulator before this one.',
    'HY000',
    invalidHandle,
  );
}

function operationOf(http: DatabricksRequest, request: ThriftStruct): WarehouseOperation {
  const found = http.sessions.operation(idOf(request.struct(1).struct(1)));
  if (found) return found;
  throw new CallError('Invalid OperationHandle: the operation was closed.', 'HY000', invalidHandle);
}

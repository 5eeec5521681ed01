import type { HubSource } from '../contract.ts';
import type { Call, Expression } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';

export interface KafkaOptions {
  /** A named argument's constant text; undefined where it is not known, or was refused already. */
  readonly constant: (value: Expression) => string | undefined;
  readonly refuse: (what: string, span: Span, nextStep?: string) => void;
}

/** How much is read at a time or by whom changes no row of a refresh that runs to its end. */
const withoutEffect = new Set([
  'maxoffsetspertrigger',
  'minoffsetspertrigger',
  'maxtriggerdelay',
  'minpartitions',
  'groupidprefix',
  'kafkaconsumer.polltimeoutms',
  'fetchoffset.numretries',
  'fetchoffset.retryintervalms',
]);

/** Signing in, and how the client behaves: both are the environment's here. Their values are not even looked at: they hold secrets. */
const ofTheClient =
  /^(kafka\.(security\.|sasl\.|ssl\.|group\.id$|client\.id$|.*\.(ms|bytes|records)$)|servicecredential$|databricks\.servicecredential$)/;

/**
 * What `read_kafka` means by its options; undefined where that is not known without parameters, or was refused. Every option that is
 * not honoured is refused by its name.
 */
export function kafkaSource(call: Call, stream: boolean, { constant, refuse }: KafkaOptions): HubSource | undefined {
  const texts = new Map<string, string | undefined>();
  for (const { name, value } of call.named) {
    if (withoutEffect.has(name) || ofTheClient.test(name)) continue;
    if (!known.has(name)) refuse(`The option ${name} of read_kafka`, value);
    else texts.set(name, constant(value));
  }
  if (call.args.length > 0) refuse('read_kafka with an argument that has no name', call, 'Write option => value.');
  const topics = call.named.some(({ name }) => otherTopics.has(name)) ? [] : ['subscribe'];
  for (const name of ['bootstrapservers', ...topics]) {
    if (!texts.has(name)) refuse(`read_kafka without ${name}`, call, `Name the event hub: ${exampleOptions}.`);
  }
  const refused = refusedCombination(texts, stream);
  if (refused !== undefined) refuse(refused, call);
  const [servers, subscribe] = [texts.get('bootstrapservers'), texts.get('subscribe')];
  const unknown = [...texts.values()].includes(undefined);
  if (unknown || servers === undefined || subscribe === undefined || refused !== undefined) return undefined;
  return {
    bootstrapServers: servers,
    hubs: subscribe.split(',').map((hub) => hub.trim()),
    startingOffsets: texts.get('startingoffsets') ?? (stream ? 'latest' : 'earliest'),
    endingOffsets: texts.get('endingoffsets') ?? 'latest',
    failOnDataLoss: texts.get('failondataloss')?.toLowerCase() !== 'false',
  };
}

const known = new Set([
  'bootstrapservers',
  'subscribe',
  'startingoffsets',
  'endingoffsets',
  'failondataloss',
  'includeheaders',
]);

/** Other ways to say which hubs are read: refused, each by its name. */
const otherTopics = new Set(['subscribepattern', 'assign']);

const exampleOptions =
  "read_kafka(bootstrapServers => '<namespace>.servicebus.windows.net:9093', subscribe => '<hub>')";

/** What Spark's Kafka source refuses too, and headers, which Event Hubs hands to Kafka readers in an encoding of its own. */
function refusedCombination(texts: ReadonlyMap<string, string | undefined>, stream: boolean): string | undefined {
  const [starting, ending] = [texts.get('startingoffsets')?.toLowerCase(), texts.get('endingoffsets')?.toLowerCase()];
  if (stream && texts.has('endingoffsets')) return 'endingOffsets of a stream';
  if (!stream && starting === 'latest') return "startingOffsets => 'latest' outside a stream";
  if (ending === 'earliest') return "endingOffsets => 'earliest'";
  if ((texts.get('includeheaders') ?? 'false').toLowerCase() !== 'false') return 'includeHeaders';
  return undefined;
}

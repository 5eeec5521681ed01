import { native, type NativeFunction } from '../native-function.ts';
import { FROM_JSON_FUNCTIONS } from './from-json.ts';
import { type JsonNode, JsonSyntaxError, readJson } from './jackson.ts';
import { colonSteps, evaluatePath, pathSteps } from './json-path.ts';
import { jsonText } from './json-text.ts';
import { TO_JSON_FUNCTIONS } from './to-json.ts';

/** The first value of a text; undefined for what is no JSON. `NaN` is none here, control characters may stand as they are. */
function valueOf(text: string): JsonNode | undefined {
  try {
    return readJson(text, { allownonnumericnumbers: false, allowunquotedcontrolchars: true })?.node;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function jsonPath(text: string, path: string): string | null {
  const steps = pathSteps(path);
  const node = steps && valueOf(text);
  return node ? evaluatePath(node, steps) : null;
}

function colon(text: string, steps: string): string | null {
  const node = valueOf(text);
  return node ? evaluatePath(node, colonSteps(steps)) : null;
}

/** The fields of an object by their names; the last of a repeated one counts. */
function tuple(text: string, names: readonly (string | null)[]): readonly (string | null)[] {
  const node = valueOf(text);
  const fields = new Map(node?.kind === 'object' ? node.entries : []);
  return names.map((name) => {
    const value = name === null ? undefined : fields.get(name);
    if (!value || value.kind === 'null') return null;
    return value.kind === 'string' ? value.text : jsonText(value);
  });
}

export const JSON_NATIVES: readonly NativeFunction[] = [
  ...FROM_JSON_FUNCTIONS,
  ...TO_JSON_FUNCTIONS,
  native('spark_json_path', ['VARCHAR', 'VARCHAR'], 'VARCHAR', jsonPath),
  native('spark_json_colon', ['VARCHAR', 'VARCHAR'], 'VARCHAR', colon),
  native('spark_json_tuple', ['VARCHAR', 'VARCHAR[]'], 'VARCHAR[]', tuple),
  native('spark_json_object_keys', ['VARCHAR'], 'VARCHAR[]', (text) => {
    const node = valueOf(text);
    return node?.kind === 'object' ? node.entries.map(([key]) => key) : null;
  }),
  native('spark_json_array_length', ['VARCHAR'], 'INTEGER', (text) => {
    const node = valueOf(text);
    return node?.kind === 'array' ? node.items.length : null;
  }),
];

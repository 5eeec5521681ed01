import type { SparkType } from '../../types/spark-type.ts';
import { schemaSql } from '../schema-sql.ts';
import { commonJsonType, jsonType, wholeJsonType } from './infer-schema.ts';
import { JsonSyntaxError, readJson } from './jackson.ts';

/** The schema of records of JSON, one after the other, as Spark's JSON reader infers it (`JsonInferSchema`): columns in the order of their names. */
export class JsonRecordSchema {
  #type: SparkType = { kind: 'struct', fields: [] };

  /** False where the text is no object: what the reader makes of it is not known here. */
  add(text: string): boolean {
    const type = recordType(text);
    if (type?.kind !== 'struct') return false;
    this.#type = commonJsonType(this.#type, type);
    return true;
  }

  /** `STRUCT<...>`; undefined where no record has a field. */
  schema(): string | undefined {
    const type = wholeJsonType(this.#type);
    return type && schemaSql(type);
  }
}

function recordType(text: string): SparkType | undefined {
  try {
    const read = readJson(text);
    return read && /^\s*$/.test(text.slice(read.end)) ? jsonType(read.node, {}) : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

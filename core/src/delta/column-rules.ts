import type { DeltaField, DeltaStruct } from './schema.ts';

/** A column that Delta numbers itself. The counter lives in the schema, so two writers of one table conflict. */
export interface IdentityColumn {
  readonly column: string;
  readonly start: bigint;
  readonly step: bigint;
  /** The last number given; absent: none yet. */
  readonly highWaterMark: bigint | undefined;
  /** BY DEFAULT: a statement may give the numbers. */
  readonly allowsExplicit: boolean;
}

/** A column whose values follow from the others'. The expression is SQL in Spark's dialect. */
export interface GeneratedColumn {
  readonly column: string;
  readonly sql: string;
}

export interface ColumnRules {
  readonly generated: readonly GeneratedColumn[];
  readonly identities: readonly IdentityColumn[];
  /** Column name to the SQL expression that stands where a statement gives no value. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The keys of a field's metadata that carry rules (Delta protocol, "Generated Columns", "Identity Columns", "Default Columns"). */
export const ruleKeys = {
  generation: 'delta.generationExpression',
  identityStart: 'delta.identity.start',
  identityStep: 'delta.identity.step',
  identityHighWaterMark: 'delta.identity.highWaterMark',
  identityAllowExplicit: 'delta.identity.allowExplicitInsert',
  default: 'CURRENT_DEFAULT',
  invariants: 'delta.invariants',
} as const;

export function columnRules({ fields }: DeltaStruct): ColumnRules {
  return {
    generated: fields.flatMap(({ name, metadata }) => {
      const sql = metadata[ruleKeys.generation];
      return typeof sql === 'string' ? [{ column: name, sql }] : [];
    }),
    identities: fields.flatMap((field) => identityOf(field) ?? []),
    defaults: new Map(
      fields.flatMap(({ name, metadata }): [string, string][] => {
        const sql = metadata[ruleKeys.default];
        return typeof sql === 'string' ? [[name, sql]] : [];
      }),
    ),
  };
}

/** What DEFAULT means for a column, by its name in lower case. */
export function defaultsOf({ defaults }: Pick<ColumnRules, 'defaults'>): ReadonlyMap<string, string> {
  return new Map([...defaults].map(([column, sql]) => [column.toLowerCase(), sql]));
}

function identityOf({ name, metadata }: DeltaField): IdentityColumn | undefined {
  const start = metadata[ruleKeys.identityStart];
  if (start === undefined) return undefined;
  const mark = metadata[ruleKeys.identityHighWaterMark];
  return {
    column: name,
    start: wholeNumber(start),
    step: wholeNumber(metadata[ruleKeys.identityStep] ?? 1),
    highWaterMark: mark === undefined ? undefined : wholeNumber(mark),
    allowsExplicit: metadata[ruleKeys.identityAllowExplicit] === true,
  };
}

function wholeNumber(value: unknown): bigint {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : BigInt(String(value));
}

/** The schema with the last numbers that a write has given. Numbers beyond 2^53 cannot stand in its JSON exactly. */
export function withHighWaterMarks(schema: DeltaStruct, marks: ReadonlyMap<string, bigint>): DeltaStruct {
  if (marks.size === 0) return schema;
  const fields = schema.fields.map((field) => {
    const mark = marks.get(field.name);
    if (mark === undefined) return field;
    return { ...field, metadata: { ...field.metadata, [ruleKeys.identityHighWaterMark]: Number(mark) } };
  });
  return { type: 'struct', fields };
}

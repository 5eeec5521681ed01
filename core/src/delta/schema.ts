/** A column or struct field as `metaData.schemaString` says it (Delta protocol, "Schema Serialization Format"). */
export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  /** Column mapping ids and physical names, generation expressions, comments and invariants live here. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface DeltaStruct {
  readonly type: 'struct';
  readonly fields: readonly DeltaField[];
}

export interface DeltaArray {
  readonly type: 'array';
  readonly elementType: DeltaType;
  readonly containsNull: boolean;
}

export interface DeltaMap {
  readonly type: 'map';
  readonly keyType: DeltaType;
  readonly valueType: DeltaType;
  readonly valueContainsNull: boolean;
}

/** A primitive is its name: `long`, `integer`, `decimal(10,2)`, `timestamp_ntz`. */
export type DeltaType = string | DeltaStruct | DeltaArray | DeltaMap;

/** A column without the parts that most columns do not have. */
export function field(name: string, type: DeltaType, nullable = true): DeltaField {
  return { name, type, nullable, metadata: {} };
}

import { coerce, mismatch } from '../translate/coerce.ts';
import { refuse, report } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { BINARY, INT, isUnknown, type SparkType } from '../types/spark-type.ts';
import { isSpatial, isSridSql, type Spatial, spatial } from '../types/spatial.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
} from './function-rule.ts';

/** A value: the bytes of a WKB as they are, which Spark does not look into, with the number of their reference system. */
function made(type: Spatial): FunctionRule {
  return custom([1, 1], (call) => {
    const wkb = argument(call, 0, 'binary').sql;
    return { sql: packed(wkb, String(type.srid)), type };
  });
}

function packed(wkb: string, srid: string): string {
  return `list_transform([${wkb}], lambda __w: CASE WHEN __w IS NOT NULL THEN struct_pack(__srid := CAST(${srid} AS INTEGER), __wkb := __w) END)[1]`;
}

/** A part of a value: its bytes, or its reference system. */
function part(field: '__wkb' | '__srid', type: SparkType, duckdb: string): FunctionRule {
  return custom([1, 1], (call) => {
    const value = spatialArgument(call);
    if (value.type.kind === 'void') return { sql: `CAST(NULL AS ${duckdb})`, type };
    return { sql: isUnknown(value.type) ? 'NULL' : `struct_extract(${value.sql}, '${field}')`, type };
  });
}

function spatialArgument(call: FunctionCall): Typed {
  const [value] = call.args;
  if (!value) throw new Error(`${call.name} has an argument`);
  if (isSpatial(value.type) || isUnknown(value.type) || value.type.kind === 'void') return value;
  return mismatch(call.environment, value, 'a geometry or a geography', argumentSpan(call, 0));
}

/** `st_setsrid(value, srid)`: a number that is written out is in the type too. */
const setSrid = custom([2, 2], (call) => {
  const value = spatialArgument(call);
  const [, srid] = call.args;
  if (!srid || isUnknown(srid.type)) return { sql: 'NULL', type: value.type };
  const kind = value.type.kind === 'geometry' ? 'geometry' : 'geography';
  const any: Spatial = { kind, srid: 'any' };
  if (!isSpatial(value.type) || srid.type.kind === 'void')
    return { sql: 'CAST(NULL AS STRUCT(__srid INTEGER, __wkb BLOB))', type: any };
  const written = srid.type.kind === 'int' && typeof srid.literal === 'string' ? Number(srid.literal) : undefined;
  // Of another constant Spark computes the type.
  if (written === undefined && (srid.type.kind !== 'int' || !srid.local))
    return {
      ...refuse(call.environment, 'st_setsrid by this number', argumentSpan(call, 1), 'Write an INT.'),
      type: any,
    };
  const type = written === undefined ? any : spatial(kind, written);
  if (!type) {
    const message = `[ST_INVALID_SRID_VALUE] There is no reference system ${written} of a ${kind}.`;
    return {
      ...report(call.environment, 'sql.type-mismatch', message, argumentSpan(call, 1), 'Correct the number.'),
      type: any,
    };
  }
  const number = coerce(call.environment, srid, INT, argumentSpan(call, 1)).sql;
  const checked = `CASE WHEN ${isSridSql(kind, '__p.s')} THEN __p.s ELSE error('[ST_INVALID_SRID_VALUE] There is no such reference system: ' || __p.s) END`;
  const sql = `list_transform([struct_pack(v := ${value.sql}, s := ${number})], lambda __p: CASE WHEN __p.v IS NOT NULL AND __p.s IS NOT NULL THEN struct_pack(__srid := ${checked}, __wkb := __p.v.__wkb) END)[1]`;
  return { sql, type };
});

export const SPATIAL_RULES: FunctionTable = {
  st_geomfromwkb: made({ kind: 'geometry', srid: 0 }),
  st_geogfromwkb: made({ kind: 'geography', srid: 4326 }),
  st_asbinary: part('__wkb', BINARY, 'BLOB'),
  st_srid: part('__srid', INT, 'INTEGER'),
  st_setsrid: setSrid,
};

import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import { registerNativeFunctions } from '@medallion/core/engine/child/native-functions.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { plainJson } from '@medallion/core/sql/rules/json-plain.ts';
import { schemaOf } from '@medallion/core/sql/rules/schema-text.ts';
import { described, fromCarrier } from '@medallion/core/sql/translate/carrier.ts';
import { ansi } from './spark-session.ts';

const schema = 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN';
const keys = ['"a"', '"n"', '"b"', '"d"', '"t"', '"an"', '""', '"A"', 'a'];
const values = [
  '"x"',
  '"\\n"',
  '""',
  '0',
  '-0',
  '12',
  '-7',
  '1.50',
  '-0.0',
  '1e3',
  '3000000000',
  '12345678901234567890',
];
const others = ['true', 'false', 'null', 'NaN', '01', '{"a":"y"}', '[1]', '"1"', '"true"', ''];
/** Around and between two members. */
const frames = [
  ['{', ',', '}'],
  [' { ', ' , ', ' } '],
  ['{', '', '}'],
  ['{,', ',', '}'],
  ['{', ',', ',}'],
  ['{', ',', ''],
  ['{', ',', '} x'],
  ['{"t":true,', ',', '}'],
  ['{', ',', ',"zz":1,"a":"z"}'],
];

describe('from_json of plain texts', function () {
  this.timeout(60_000);

  it('is what the exact reader answers, for every text that counts as plain', async () => {
    const dialect = await createDialect();
    const type = schemaOf(schema);
    const plain = type && plainJson(type, {});
    assert.ok(type && plain);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    try {
      registerNativeFunctions(connection, dialect.functions);
      for (const statement of dialect.prelude(ansi)) await connection.run(statement);
      const list = (texts: readonly string[]): string => `unnest([${texts.map((text) => `'${text}'`).join(', ')}])`;
      const frame = frames.map((parts) => `['${parts.join("','")}']`).join(', ');
      const member = `SELECT k || ':' || v AS m FROM (SELECT ${list(keys)} AS k), (SELECT ${list([...values, ...others])} AS v)`;
      const some = `SELECT m FROM (${member}) WHERE hash(m) % 5 = 0`;
      const texts = `SELECT f[1] || x.m || f[2] || y.m || f[3] AS s FROM (SELECT unnest([${frame}]) AS f), (${member}) AS x, (${some}) AS y`;
      // The exact reader refuses digits that Java writes otherwise; no such text may be plain.
      const exact = fromCarrier(`spark_from_json(s, ${described(type)})`, type);
      const answer = await connection.runAndReadAll(
        `SELECT count(*), list(s) FILTER (WHERE fast::VARCHAR IS DISTINCT FROM exact::VARCHAR)
         FROM (SELECT s, ${plain.read('s')} AS fast, ${exact} AS exact FROM (${texts}) WHERE ${plain.isPlain('s')})`,
      );
      assert.equal(answer.value(1, 0), null);
      assert.ok(Number(answer.value(0, 0)) > 3000, String(answer.value(0, 0)));
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  it('counts the texts of usual producers as plain', async () => {
    const dialect = await createDialect();
    const type = schemaOf(schema);
    const plain = type && plainJson(type, {});
    assert.ok(plain);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    try {
      registerNativeFunctions(connection, dialect.functions);
      for (const statement of dialect.prelude(ansi)) await connection.run(statement);
      const row = { a: 'ü', n: 1, b: 2, d: 51.5073, t: true };
      const usual = [
        JSON.stringify(row),
        JSON.stringify(row, undefined, 2),
        JSON.stringify({ t: false, extra: 'x', a: null, more: 1.5, d: -3 }),
        '{"a": "x", "n": 7}',
        '{}',
      ];
      for (const text of usual) {
        const answer = await connection.runAndReadAll(`SELECT ${plain.isPlain(`'${text}'`)}`);
        assert.equal(answer.value(0, 0), true, text);
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  it('reads what the exact reader made of all other texts as a cast does', async () => {
    const dialect = await createDialect();
    const type = schemaOf(schema);
    const plain = type && plainJson(type, {});
    assert.ok(type && plain);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    try {
      registerNativeFunctions(connection, dialect.functions);
      for (const statement of dialect.prelude(ansi)) await connection.run(statement);
      const others = [
        '',
        ' ',
        'none',
        '[1]',
        '{"a":"x"',
        '{"a":"x"} rest',
        String.raw`{"a":"line\nend \"quoted\" \u00fc \ud83d\ude00"}`,
        '{"a":"x","a":"y","n":1,"n":"two"}',
        '{"a":{"b":[1,true,null]},"n":"5","b":"7","d":"1.5","t":"true"}',
        '{"a":["x"],"n":2147483648,"b":9223372036854775808,"d":1e400,"t":1}',
        '{"n":-2147483648,"b":-9223372036854775808,"d":-1.7976931348623157e308}',
        '{"d":NaN,"a":null}',
        '{"d":"NaN","b":-0}',
        '{"d":"-Infinity","n":-0}',
        '{"d":4.9e-324}',
        '{"d":-0.0}',
      ];
      const list = others.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ');
      const carrier = `spark_from_json(s, ${described(type)})`;
      const answer = await connection.runAndReadAll(
        `SELECT count(*), list(s) FILTER (WHERE fast::VARCHAR IS DISTINCT FROM exact::VARCHAR)
         FROM (SELECT s, ${plain.read(carrier)} AS fast, ${fromCarrier(carrier, type)} AS exact FROM (SELECT unnest([${list}]) AS s))`,
      );
      assert.deepEqual([Number(answer.value(0, 0)), answer.value(1, 0)], [others.length, null]);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });
});

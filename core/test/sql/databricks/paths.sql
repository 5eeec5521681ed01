-- `:` paths into JSON text and VARIANT. On text a name is found in any case and a key in brackets exactly; on VARIANT both are exact.
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-json-path-expression
-- https://docs.databricks.com/aws/en/sql/language-manual/functions/colonsign
-- Spark reads no `:` path on text: it is asked get_json_object with the keys as they are written in the data.

-- !given
CREATE TABLE docs (id INT, raw STRING);
INSERT INTO docs VALUES (1, '{"store": {"fruit": [{"weight": 8, "type": "apple"}, {"weight": 9, "type": "pear"}], "basket": [[1, 2, {"b": "y", "a": "x"}], [3, 4], [5, 6]], "bicycle": {"price": 19.95, "color": "red"}}, "owner": "amy", "zip code": "94025", "fb:testid": "1234", "Mixed": "m", "nothing": null, "flag": true, "when": "2024-05-06", "empty": ""}'), (2, '{"owner": "bob", "store": {}}'), (3, 'no json'), (4, NULL), (5, '[10, {"a": 1}]'), (6, '"text"')

-- !case
SELECT id, raw:owner FROM docs
-- !judge
SELECT id, get_json_object(raw, '$.owner') AS owner FROM docs
-- !case
SELECT id, raw:OWNER AS o FROM docs
-- !judge
SELECT id, get_json_object(raw, '$.owner') AS o FROM docs
-- !case
SELECT id, raw:Store.BICYCLE.Price AS p FROM docs
-- !judge
SELECT id, get_json_object(raw, '$.store.bicycle.price') AS p FROM docs
-- !case
SELECT id, raw:mixed AS o, raw:MIXED AS p, raw:Mixed AS q FROM docs WHERE id < 3
-- !judge
SELECT id, get_json_object(raw, '$.Mixed') AS o, get_json_object(raw, '$.Mixed') AS p, get_json_object(raw, '$.Mixed') AS q FROM docs WHERE id < 3
-- !case
SELECT id, raw:['owner'] AS o FROM docs
-- !judge
SELECT id, get_json_object(raw, '$.owner') AS o FROM docs
-- !case
SELECT id, raw:['OWNER'] AS o FROM docs
-- !judge
SELECT id, get_json_object(raw, '$.OWNER') AS o FROM docs
-- !case
SELECT id, raw:`zip code` AS z, raw:`Zip Code` AS y, raw:['zip code'] AS x FROM docs WHERE id = 1
-- !judge
SELECT id, '94025' AS z, '94025' AS y, '94025' AS x FROM docs WHERE id = 1
-- !case
SELECT raw:`fb:testid` AS t, raw:['fb:testid'] AS u FROM docs WHERE id = 1
-- !judge
SELECT '1234' AS t, '1234' AS u
-- !case
SELECT raw:store.bicycle AS b FROM docs WHERE id <= 2
-- !judge
SELECT get_json_object(raw, '$.store.bicycle') AS b FROM docs WHERE id <= 2
-- !case
SELECT raw:store.fruit[0] AS a, raw:store.fruit[1].type AS b, raw:store.fruit[7] AS c FROM docs WHERE id <= 2
-- !judge
SELECT get_json_object(raw, '$.store.fruit[0]') AS a, get_json_object(raw, '$.store.fruit[1].type') AS b, get_json_object(raw, '$.store.fruit[7]') AS c FROM docs WHERE id <= 2
-- !case
SELECT raw:store['fruit'][0]['weight'] AS a, raw:store['bicycle'].color AS b FROM docs WHERE id = 1
-- !judge
SELECT get_json_object(raw, '$.store.fruit[0].weight') AS a, 'red' AS b FROM docs WHERE id = 1
-- !case
SELECT raw:store.fruit[*].weight AS w FROM docs
-- !judge
SELECT get_json_object(raw, '$.store.fruit[*].weight') AS w FROM docs
-- !case
SELECT raw:store.fruit[*].Type AS w FROM docs WHERE id = 1
-- !judge
SELECT get_json_object(raw, '$.store.fruit[*].type') AS w FROM docs WHERE id = 1
-- !case
SELECT raw:store.fruit[*] AS w FROM docs WHERE id = 1
-- !judge
SELECT get_json_object(raw, '$.store.fruit[*]') AS w FROM docs WHERE id = 1
-- !case
SELECT raw:store.basket[*] AS a, raw:store.basket[*][0] AS b, raw:store.basket[0][*] AS c, raw:store.basket[*][*] AS d, raw:store.basket[0][2].b AS e FROM docs WHERE id = 1
-- !judge
SELECT get_json_object(raw, '$.store.basket[*]') AS a, get_json_object(raw, '$.store.basket[*][0]') AS b, get_json_object(raw, '$.store.basket[0][*]') AS c, get_json_object(raw, '$.store.basket[*][*]') AS d, get_json_object(raw, '$.store.basket[0][2].b') AS e FROM docs WHERE id = 1
-- !case
SELECT raw:store.basket[*].a AS none, raw:owner[*] AS none2 FROM docs WHERE id = 1
-- !judge
SELECT get_json_object(raw, '$.store.basket[*].a') AS none, get_json_object(raw, '$.owner[*]') AS none2 FROM docs WHERE id = 1
-- !case
SELECT id, raw:nothing AS n, raw:nothing IS NULL AS absent, raw:missing AS m, raw:empty AS e FROM docs WHERE id <= 2
-- !judge
SELECT id, get_json_object(raw, '$.nothing') AS n, get_json_object(raw, '$.nothing') IS NULL AS absent, get_json_object(raw, '$.missing') AS m, get_json_object(raw, '$.empty') AS e FROM docs WHERE id <= 2
-- !case
SELECT id, raw:[0] AS a, raw:[1].a AS b FROM docs WHERE id >= 3
-- !judge
SELECT id, get_json_object(raw, '$[0]') AS a, get_json_object(raw, '$[1].a') AS b FROM docs WHERE id >= 3
-- !case
SELECT raw:store.bicycle.price::double AS d, raw:store.bicycle.price::decimal(5, 1) AS e, raw:store.bicycle.price::string AS f FROM docs WHERE id = 1
-- !judge
SELECT CAST(19.95 AS DOUBLE) AS d, CAST(19.95 AS DECIMAL(5,1)) AS e, '19.95' AS f
-- !case
SELECT raw:flag::boolean AS b, raw:when::date AS d, raw:store.fruit[0].weight::int + 1 AS w FROM docs WHERE id = 1
-- !judge
SELECT true AS b, DATE'2024-05-06' AS d, 9 AS w
-- !case
SELECT raw:owner::int AS b FROM docs WHERE id = 1
-- !raises
-- !case
SELECT raw:owner?::int AS b, raw:store.bicycle.price?::double AS c FROM docs WHERE id = 1
-- !judge
SELECT try_cast('amy' AS INT) AS b, try_cast('19.95' AS DOUBLE) AS c
-- !case
SELECT from_json(raw:store.bicycle, 'price DOUBLE, color STRING') AS b FROM docs WHERE id = 1
-- !judge
SELECT from_json(get_json_object(raw, '$.store.bicycle'), 'price DOUBLE, color STRING') AS b FROM docs WHERE id = 1
-- !case
SELECT from_json(raw:store.fruit[*].weight, 'ARRAY<DOUBLE>')[0] AS w FROM docs WHERE id = 1
-- !judge
SELECT from_json(get_json_object(raw, '$.store.fruit[*].weight'), 'ARRAY<DOUBLE>')[0] AS w FROM docs WHERE id = 1
-- !case
SELECT inline(from_json(raw:store.fruit[*], 'ARRAY<STRUCT<weight: INT, type: STRING>>')) FROM docs WHERE id = 1
-- !judge
SELECT inline(from_json(get_json_object(raw, '$.store.fruit[*]'), 'ARRAY<STRUCT<weight: INT, type: STRING>>')) FROM docs WHERE id = 1
-- !case
SELECT count(*) AS n FROM docs WHERE raw:owner = 'amy' OR raw:OWNER LIKE 'b%'
-- !judge
SELECT 2L AS n
-- !case
SELECT raw:owner AS o, count(*) AS n FROM docs GROUP BY raw:owner ORDER BY o NULLS FIRST
-- !judge
SELECT get_json_object(raw, '$.owner') AS o, count(*) AS n FROM docs GROUP BY 1 ORDER BY o NULLS FIRST
-- !case
SELECT d.raw:owner AS o FROM docs AS d WHERE d.id = 2
-- !judge
SELECT 'bob' AS o
-- !case
SELECT '{"a": 1, "A": 2}':['a'] AS x, '{"a": 1, "A": 2}':['A'] AS y
-- !judge
SELECT '1' AS x, '2' AS y
-- !case
SELECT '{"a": 1, "A": 2}':a AS x
-- !raises
-- !case
SELECT raw:A AS x FROM VALUES ('{"a": 1, "A": 2}'), ('{"a": 3}') AS t(raw)
-- !raises
-- !case
SELECT '{ "price": 5 }':price AS p, '{ "price": 5 }':['price']::decimal(5, 2) AS q
-- !judge
SELECT '5' AS p, CAST(5 AS DECIMAL(5,2)) AS q
-- !case
SELECT '{"k\u0065y": {"x": 1.0e2}}':Key.X AS p
-- !judge
SELECT '100.0' AS p
-- !case
SELECT raw:a.b.c AS p FROM VALUES ('{"a": {"B": {"c": [1,  2]}}}'), ('{"A": {"b": {"C": "x"}}}'), ('{"a": 1}') AS t(raw)
-- !answer
p:string
["[1,2]"]
["x"]
[null]
-- !case
SELECT 5:a AS x
-- !raises sql.type-mismatch

-- VARIANT: names are exact, what comes is a VARIANT, and [*] is not supported.
-- !given
-- !case
SELECT raw:owner::string AS o FROM (SELECT parse_json('{"owner": "amy"}') AS raw)
-- !judge
SELECT 'amy' AS o
-- !case
SELECT parse_json('{"owner": "amy", "n": [1, {"k": 2.5}]}'):owner AS o, parse_json('{"owner": "amy", "n": [1, {"k": 2.5}]}'):n AS n, parse_json('{"owner": "amy", "n": [1, {"k": 2.5}]}'):n[1].k AS k
-- !judge
SELECT variant_get(v, '$.owner') AS o, variant_get(v, '$.n') AS n, variant_get(v, '$.n[1].k') AS k FROM (SELECT parse_json('{"owner": "amy", "n": [1, {"k": 2.5}]}') AS v)
-- !case
SELECT v:OWNER AS o, v:owner AS p FROM (SELECT parse_json('{"owner": "amy"}') AS v)
-- !judge
SELECT variant_get(v, '$.OWNER') AS o, variant_get(v, '$.owner') AS p FROM (SELECT parse_json('{"owner": "amy"}') AS v)
-- !case
SELECT v:['zip code'] AS a, v:`zip code`::int AS b FROM (SELECT parse_json('{"zip code": "94025"}') AS v)
-- !judge
SELECT variant_get(v, '$["zip code"]') AS a, 94025 AS b FROM (SELECT parse_json('{"zip code": "94025"}') AS v)
-- !case
SELECT v:['zip.code'] AS a FROM (SELECT parse_json('{"zip.code": 7, "zip": {"code": 8}}') AS v)
-- !judge
SELECT parse_json('7') AS a
-- !case
SELECT v:store.fruit[0].weight::double AS a, v:store.fruit[1].weight::int AS b, v:store['fruit'][1]['type']::string AS c FROM (SELECT parse_json('{"store": {"fruit": [{"weight": 8, "type": "apple"}, {"weight": 9.5, "type": "pear"}]}}') AS v)
-- !judge
SELECT variant_get(v, '$.store.fruit[0].weight', 'double') AS a, CAST(variant_get(v, '$.store.fruit[1].weight') AS INT) AS b, 'pear' AS c FROM (SELECT parse_json('{"store": {"fruit": [{"weight": 8, "type": "apple"}, {"weight": 9.5, "type": "pear"}]}}') AS v)
-- !case
SELECT v:x IS NULL AS a, is_variant_null(v:n) AS b, v:n IS NULL AS c, v:n::int AS d FROM (SELECT parse_json('{"n": null}') AS v)
-- !judge
SELECT variant_get(v, '$.x') IS NULL AS a, is_variant_null(variant_get(v, '$.n')) AS b, variant_get(v, '$.n') IS NULL AS c, CAST(variant_get(v, '$.n') AS INT) AS d FROM (SELECT parse_json('{"n": null}') AS v)
-- !case
SELECT v:a[*] AS a FROM (SELECT parse_json('{"a": [1, 2]}') AS v)
-- !raises
-- !case
SELECT v:a::int AS a FROM (SELECT parse_json('{"a": "x"}') AS v)
-- !case
SELECT v:a?::int AS a, try_variant_get(v, '$.a', 'int') AS b FROM (SELECT parse_json('{"a": "x"}') AS v)
-- !judge
SELECT CAST(NULL AS INT) AS a, CAST(NULL AS INT) AS b
-- !case
SELECT v:d::date AS a, v:t::timestamp AS b, v:f::boolean AS c FROM (SELECT parse_json('{"d": "2024-01-02", "t": "2024-01-02 03:04:05", "f": "true"}') AS v)
-- !judge
SELECT DATE'2024-01-02' AS a, TIMESTAMP'2024-01-02 03:04:05' AS b, true AS c
-- !case
SELECT v:a::array<int> AS a, v:s::struct<x: int, y: string> AS s, v:s::map<string, string> AS m FROM (SELECT parse_json('{"a": [1, 2], "s": {"x": 1, "y": "z"}}') AS v)
-- !judge
SELECT CAST(variant_get(v, '$.a') AS ARRAY<INT>) AS a, CAST(variant_get(v, '$.s') AS STRUCT<x: INT, y: STRING>) AS s, CAST(variant_get(v, '$.s') AS MAP<STRING, STRING>) AS m FROM (SELECT parse_json('{"a": [1, 2], "s": {"x": 1, "y": "z"}}') AS v)
-- !case
SELECT key, value FROM (SELECT parse_json('{"a": 1, "b": [2]}') AS v), LATERAL variant_explode(v)
-- !case
SELECT pos, value::int AS n FROM (SELECT parse_json('{"a": [3, 4]}') AS v), LATERAL variant_explode(v:a)
-- !judge
SELECT pos, CAST(value AS INT) AS n FROM (SELECT parse_json('{"a": [3, 4]}') AS v), LATERAL variant_explode(variant_get(v, '$.a'))
-- !case
SELECT schema_of_variant(v:a) AS s, schema_of_variant(v) AS t FROM (SELECT parse_json('{"a": [1, 2.5]}') AS v)
-- !judge
SELECT schema_of_variant(variant_get(v, '$.a')) AS s, schema_of_variant(v) AS t FROM (SELECT parse_json('{"a": [1, 2.5]}') AS v)
-- !case
SELECT CAST(v:a AS INT) AS a, variant_get(v, '$.b[0]', 'string') AS b, to_json(v) AS c FROM (SELECT parse_json('{"a": 1, "b": ["x"]}') AS v)
-- !judge
SELECT 1 AS a, variant_get(v, '$.b[0]', 'string') AS b, to_json(v) AS c FROM (SELECT parse_json('{"a": 1, "b": ["x"]}') AS v)
-- !case
SELECT v:a FROM (SELECT parse_json('{"a": 1}') AS v) ORDER BY v:a
-- !raises
-- !case
SELECT v:a FROM (SELECT parse_json('{"a": 1}') AS v) GROUP BY v:a
-- !raises

-- `::` and `?::`
-- https://docs.databricks.com/aws/en/sql/language-manual/functions/coloncolonsign
-- https://docs.databricks.com/aws/en/sql/language-manual/functions/questiondoublecolonsign
-- !given
-- !case
SELECT '20'::int AS a, '1'::string::int + 1 AS b, 1.5::int AS c, -1::string AS d, '2024-02-29'::date AS e
-- !case
SELECT array(1, 2)::array<string> AS a, '5.5'::decimal(3, 1) AS b, NULL::int AS c, true::int AS d
-- !case
SELECT 'abc'::int AS a
-- !case
SELECT 'abc'?::int AS a, '12'?::int AS b, '2024-02-30'?::date AS c, 300?::tinyint AS d, '1e3'?::double AS e
-- !judge
SELECT try_cast('abc' AS INT) AS a, try_cast('12' AS INT) AS b, try_cast('2024-02-30' AS DATE) AS c, try_cast(300 AS TINYINT) AS d, try_cast('1e3' AS DOUBLE) AS e
-- !case
SELECT x?::int AS a FROM VALUES ('1'), ('x'), (NULL) AS t(x)
-- !judge
SELECT try_cast(x AS INT) AS a FROM VALUES ('1'), ('x'), (NULL) AS t(x)
-- !case
SELECT '7'?::int + '1'::int AS a, ('8' || '9')?::int AS b
-- !judge
SELECT 8 AS a, 89 AS b
-- !case
SELECT 5?::date AS a
-- !raises
-- !case
SELECT to_date('2024-13-01') AS a
-- !case
SELECT try_to_timestamp('2024-13-01') AS a, try_to_number('1x', '99') AS b, try_divide(1, 0) AS c, try_add(2147483647, 1) AS d, try_element_at(array(1), 5) AS e, try_avg(x) AS f FROM VALUES (1), (2) AS t(x)
-- !case
SELECT try_multiply(2147483647, 2) AS a, try_subtract(-2147483648, 1) AS b, try_sum(x) AS c, try_mod(5, 0) AS d FROM VALUES (9223372036854775807L), (1L) AS t(x)
-- !case
SELECT try_to_binary('GG', 'hex') AS a, try_aes_decrypt(unhex('00'), '0000111122223333') AS b
-- !refused sql.not-emulated
-- !case
SELECT try_to_binary('GG', 'hex') AS a, try_parse_json('{') AS c
-- !case
SELECT try_to_date('2024-02-30') AS a, try_to_date('03/2024', 'MM/yyyy') AS b
-- !answer
a:date,b:date
[null,"2024-03-01"]

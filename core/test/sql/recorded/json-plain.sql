-- from_json into a flat struct: what DuckDB may read itself, and what stands close to that and is read otherwise.
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"x","n":1,"b":2,"d":1.5,"t":true}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"x","n":1,"b":2,"d":1.5,"t":true') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"x" "n":1}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{,"a":"x"}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"x",}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"x",,"n":1}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{}'), ('{ }'), (' {"a" : "x" , "n" : 7} '), ('{"a":"x"} {"a":"y"}'), ('{"a":"x"} garbage') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('[]'), ('null'), ('"a"'), (''), (' '), (NULL) AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":null,"n":null,"b":null,"d":null,"t":null}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"x","a":"y"}'), ('{"a":"x","n":1,"a":null}'), ('{"n":1,"n":"x"}'), ('{"a":"x","z":1,"a" :"y"}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"A":"x","N":1}'), ('{"aa":"x","":1,"an":2}'), ('{"d":1,"t":false,"a":"last"}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":1}'), ('{"a":-1}'), ('{"a":-0}'), ('{"a":12345678901234567}'), ('{"a":123456789012345678901234567890}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":1.5}'), ('{"a":true}'), ('{"a":false}'), ('{"a":{"x":1}}'), ('{"a":[1,2]}'), ('{"a":[]}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"n":"1"}'), ('{"n":1.0}'), ('{"n":2147483647}'), ('{"n":2147483648}'), ('{"n":-2147483648}'), ('{"n":999999999}'), ('{"n":-0}'), ('{"n":007}'), ('{"n":+1}'), ('{"n":true}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"b":9223372036854775807}'), ('{"b":9223372036854775808}'), ('{"b":-99999999999999999}'), ('{"b":1e3}'), ('{"b":"5"}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"d":0}'), ('{"d":-0}'), ('{"d":-0.0}'), ('{"d":-0.5}'), ('{"d":0.1}'), ('{"d":1e3}'), ('{"d":123456789012345678}'), ('{"d":"1.5"}'), ('{"d":"NaN"}'), ('{"d":NaN}'), ('{"d":true}'), ('{"d":.5}'), ('{"d":5.}'), ('{"d":51.25}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"t":"true"}'), ('{"t":1}'), ('{"t":TRUE}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"a":"é日本😀"}'), ('{"a":"q\\"q"}'), ('{"a":"back\\\\slash"}'), ('{"a":"\\u0041"}'), ('{"\\u0061":"x"}'), ('{"a":"tab	in"}'), ('{"a":"\\/"}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ('{"z":{"a":"inner"},"a":"x"}'), ('{"z":[{"a":"inner"}],"a":"x"}'), ('{"z":1.50,"y":1e400,"x":"s","w":null,"a":"x"}'), ('{"z":"\\"a\\":1","a":"x"}') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT, b BIGINT, d DOUBLE, t BOOLEAN') AS j FROM VALUES ("{'a':'x'}"), ('{a:"x"}'), ('{"a":"x"}//c'), ('{"a":undefined}'), ('{"a":"x","n":1}}') AS v(s);
SELECT from_json('{"a":"x","n":1}', 'a STRING, n INT', map('mode', 'FAILFAST'));
SELECT from_json('{"a":"x","n":"1"}', 'a STRING, n INT', map('mode', 'FAILFAST'));
SELECT j.`a.b`, j.`c d`, j.`e-f`, j.`g$`, j.`h(i)`, j.`j|k`, j.`[m]`, j.`ü` FROM (SELECT from_json(s, '`a.b` STRING, `c d` INT, `e-f` BOOLEAN, `g$` DOUBLE, `h(i)` BIGINT, `j|k` STRING, `[m]` STRING, `ü` STRING') AS j
  FROM VALUES ('{"a.b":"x","c d":1,"e-f":true,"g$":2.5,"h(i)":3,"j|k":"l","[m]":"n","ü":"o"}'), ('{"ü":"o","axb":"x","a":"y","a.bc":"z","ü2":1}') AS v(s));
SELECT from_json(concat('{"a":"', s, '"}'), 'a STRING').a FROM VALUES ('x'), ('y"'), (NULL) AS v(s);
SELECT from_json(s, 'a STRING, _corrupt_record STRING') FROM VALUES ('{"a":"x"}'), ('{"a"') AS v(s);
SELECT s, from_json(s, 'a STRING, n INT') FROM VALUES ('{"a":"x'), ('{"a":"x","n":1'), ('{"a":1.50'), ('{'), ('{"a":[1'), ('{"a":"x",'), (' {"a":"x'), ('{"a":"x"] '), ("{'a':'x'"), ('{"n":{"a":"x"}') AS v(s);
SELECT from_json(s, 'a STRING, n INT', map('mode', 'FAILFAST')) FROM VALUES ('{"a":"x"}'), ('{"a":"x"') AS v(s);

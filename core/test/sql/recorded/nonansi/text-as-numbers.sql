-- Text beside other types where ANSI is off, by functions and signs.
SELECT nullifzero('0'), nullifzero('5'), nullifzero(' 0 '), nullifzero(cast(null as string)), typeof(nullifzero('5'));
SELECT nullifzero('abc');
SELECT nullifzero('0.0');
SELECT nullifzero('0.5');
SELECT nullifzero('99999999999');
SELECT nullifzero(x) from values ('0'), ('1'), (null) t(x);
SELECT '2001-10-01' - date '2001-09-28';
SELECT x - date '2001-09-28', typeof(x - date '2001-09-28') from values ('2001-10-01'), ('abc'), (null) t(x);
SELECT date '2001-10-01' - '2001-09-28';
SELECT date '2001-10-01' - x from values ('2001-09-28'), ('abc'), ('5') t(x);
SELECT '2001-10-01 00:00:00' - timestamp '2001-09-28 00:00:00';
SELECT timestamp '2001-09-28 00:00:00' - '2001-10-01 00:00:00';
SELECT '2001-10-01' - timestamp_ntz '2001-09-28 00:00:00';
SELECT zeroifnull('abc'), zeroifnull(cast(null as string)), typeof(zeroifnull('1'));
SELECT - '1', + '1', typeof(- '1'), - 'a';
SELECT 'a' UNION SELECT X'62';
SELECT sum('a'), avg('1.5');

-- Constants are read while Spark plans, before they are tried.
SELECT try_divide(id, 'x y') FROM range(3);
SELECT try_add(id, 'x y') FROM range(3);
SELECT try_multiply(id, 'x y') FROM range(3);
SELECT try_subtract('x y', id) FROM range(3);
SELECT try_mod(id, 'x y') FROM range(3);
SELECT try_divide('x', 'y');
SELECT try_add('1', '2');
SELECT try_divide('x', 2), try_add('x', 1), try_multiply(2, '3');
SELECT transform(array(1, 2147483647), x -> x + 1 > 5);
SELECT transform(array(1, 2147483647), x -> try_add(x, 1));
SELECT try_divide(id, s) FROM (SELECT id, CASE WHEN id = 1 THEN 'x' ELSE '1' END AS s FROM range(3));
SELECT try_add(s, id) FROM (SELECT id, CASE WHEN id = 1 THEN 'x' ELSE '1' END AS s FROM range(3));
SELECT try_mod(s, 2) FROM (SELECT id, CASE WHEN id = 1 THEN 'x' ELSE '1' END AS s FROM range(3));
SELECT try_divide(id, '2') FROM (SELECT id, CASE WHEN id = 1 THEN 'x' ELSE '1' END AS s FROM range(3));
SELECT percentile(try_divide(id, 'x y'), 0.5) FROM range(3) WHERE id > 5;

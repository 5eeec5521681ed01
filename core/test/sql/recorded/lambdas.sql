-- Functions of functions, their names, and the shift operators.
SELECT typeof(arrays_zip(array(1),array(2))), typeof(named_struct('a b',1)), named_struct('0a',1), named_struct('a`b',1), named_struct('é',1);
SELECT transform(array(1,2), x -> x+1), filter(array(1), (x,i) -> x>i), aggregate(array(1),0,(a,b)->a+b, r -> r*2), transform(array(1,2), 5), zip_with(array(1),array(2),(x,y)->(y,x)), map_filter(map(1,2),(k,v)->k>v), transform(array(1), x -> transform(array(2), y -> x+y)), reduce(array(1),0,(a,b)->a+b), array_sort(array(3,1), (l,r) -> l-r), transform(array(named_struct('a',1)), x -> x.a), exists(array(1), X -> X > 0);
SELECT array_sort(array(3,1,2), (l,r) -> r-l);
SELECT array_sort(array('bc','ab','dc'), (left, right) -> CASE WHEN left IS NULL and right IS NULL THEN 0 WHEN left IS NULL THEN -1 WHEN right IS NULL THEN 1 WHEN left < right THEN 1 WHEN left > right THEN -1 ELSE 0 END);
SELECT array_sort(array('b', 'd', null, 'c', 'a'), (left, right) -> CASE WHEN left IS NULL and right IS NULL THEN 0 WHEN left IS NULL THEN -1 WHEN right IS NULL THEN 1 WHEN left < right THEN 1 WHEN left > right THEN -1 ELSE 0 END);
SELECT array_sort(a, (l,r) -> length(l)-length(r)) FROM VALUES (array('aaa','b','cc','d')), (array()), (null), (array('x')) t(a);
SELECT array_sort(array(1,null,2), (l,r) -> l-r);
SELECT array_sort(array(1), (l,r) -> 'x');
SELECT array_sort(array(1,2), (l,r) -> 1L);
SELECT array_sort(array(5,6,1)), array_sort(array(5,null,1));
SELECT array_sort(array(named_struct('k',2,'v','a'),named_struct('k',1,'v','b'),named_struct('k',2,'v','0')), (l,r) -> l.k - r.k);
SELECT array_sort(array(1,2,3), x -> x);
SELECT k, array_sort(collect_list(v), (l,r) -> r-l) FROM VALUES (1,1),(1,3),(2,5),(1,2) t(k,v) GROUP BY k ORDER BY k;
SELECT forall(array(1, 2, 3), x -> x % 2 == 0), exists(array(1,null), x -> x > 3);
SELECT transform_keys(map(1,2), (k,v) -> k+1), transform_values(map(1,2), (k,v) -> k+v), map_zip_with(map(1, 'a'), map(1, 'x'), (k, v1, v2) -> concat(v1, v2));
SELECT (x -> x)(1);
SELECT aggregate(split('abcdefgh',''), array(array('')), (acc, x) -> array(array(x)));
SELECT aggregate(array(1,2,3), named_struct('s',0,'n',0), (acc,x) -> named_struct('s',acc.s+x,'n',acc.n+1), acc -> acc.s/acc.n);
SELECT 5 << 2, -8 >> 1, -8 >>> 1, 1 + 2 << 3 , 1 << 2 & 7, 3 | 1 << 2, 1 << 2 < 3, 1 << 2 << 3, 64 >> 1 << 2;
SELECT 1L << 65, 1 << 33, -1L >>> 3, -1L >> 3, null << 1, 1 << null, 2Y << 1, 2S << 20;
SELECT '3' << 1;
SELECT 1.5 << 1;
SELECT 1 << 1L;
SELECT shiftleft(1,2), shiftright(1,2), shiftrightunsigned(-1,2);
SELECT 1 > > 2;
SELECT 3 >= 2, 4 <> 3, 1 <=> 2

-- Text beside bytes is read as its bytes.
select 'a' = x'61', x'61' = 'a', 'a' < x'62', x'61' >= 'b', 'a' <=> x'61', x'00' <> 'é', cast(null as string) = x'61', 'a' is distinct from x'61';
select 'a' in (x'61'), x'61' in ('a', 'b'), x'63' not in ('a', x'62'), 'a' between x'61' and x'62', x'61' between 'b' and 'c';
select case when true then 'a' else x'61' end, if(true, x'61', 'b'), coalesce('a', x'61'), nvl(x'61', 'b'), ifnull('é', x'61'), nvl2(1, 'a', x'61'), nullif('a', x'61'), equal_null('a', x'61');
select typeof(case when true then 'a' else x'61' end), typeof(array('a', x'61')), typeof(map(1, 'a', 2, x'61')), hex(array('é', x'ff')[0]), hex(map(1, 'a', 2, x'61')[1]);
select greatest('a', x'61');
select least(x'61', 'a');
select 'a' + x'61';
select array_contains(array('a'), x'61');
select 'a' & x'61';
values ('a'), (x'61');
select map(), size(map()), map_keys(map()), typeof(map()), cardinality(map());

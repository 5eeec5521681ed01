-- Text beside bytes where ANSI is off: only a comparison reads it.
select 'a' = x'61', x'61' = 'a', 'a' < x'62', x'61' >= 'b', 'a' <=> x'61', 'a' between x'61' and x'62', nullif('a', x'61'), equal_null('a', x'61');
select 'a' in (x'61');
select case when true then 'a' else x'61' end;
select coalesce('a', x'61');
select if(true, x'61', 'b');
select array('a', x'61');
select map(1, 'a', 2, x'61');
select greatest('a', x'61');

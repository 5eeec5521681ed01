-- Finding, splitting and comparing text.
SELECT split('aa1cc2ee3', '[1-9]+', 2), split('hello', ''), split('hello', '', 0), split('hello', '', 3), split('', ''), split('abc', null), split('a,b,,c,,', ','), split('a,b,,c,,', ',', 0), split('',','), split('x','x'), split('x,y,z', ',', 1), split('a1b2c3', '[0-9]', 2), split('😀é', '', 1), split('a.b', '[.]', cast(null as int));
select split(s, ',', n) from values ('a,b,c', 2), ('a', 5), (null, 1), ('a,b', -1) t(s, n);
select split_part('11.12.13', '', 1), split_part('11.12.13', '.', -1), split_part('11.12.13', '.', 5), split_part(s, d, n) from values ('11.12.13', '.', 3), ('a', '', -1), ('', 'x', 1), ('aXXbXXc','XX',-2) t(s,d,n);
select split_part(s,'.',n) from values ('a.b',0) t(s,n);
select to_binary('abc', concat('utf', '-8')), to_binary(null, cast(null as string)), to_binary('abc', cast(null as string));
select is_valid_utf8(''), is_valid_utf8('abc'), is_valid_utf8(x'80'), is_valid_utf8(null), make_valid_utf8('abc'), make_valid_utf8(x'80'), make_valid_utf8(x'61ff62'), validate_utf8('abc'), try_validate_utf8('abc'), try_validate_utf8(x'80');
select validate_utf8(x'80');
select levenshtein('kitten','sitting'), levenshtein('kitten','sitting',2), levenshtein('kitten','sitting',3), levenshtein('a',null,1);
select regexp_count('aabbab','a+'), regexp_substr('aabbab','b+'), regexp_substr('abc','x'), regexp_instr('aabbab','b+'), regexp_instr('abc','x'), regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 1), regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)'), regexp_extract_all('abc','(x)'), regexp_extract_all('a1b','[a-z]',0), regexp_extract_all('ab','(a)|(b)',2), regexp_count(null,'a'), regexp_instr('a',null), regexp_substr(null,'a'), regexp_instr('Ab','(?i)B');
select regexp_extract_all('a','(a)',2);
select 'a_b' like p, 'abc' ilike p2, s like x escape '/', 'abc' like null from values ('a\\_b','A%','a/%','a%'), ('a_b','a_C','%b%','a\nb') t(p,p2,x,s);
select 'ab' like p from values ('a\\b') t(p);
select ilike('ABC','a%'), like('abc','a_c'), like('a%','a/%','/');
select concat(x'61', x'62'), concat(1,2), concat(x'61','b'), concat(), concat(null,'a'), concat(date'2020-01-01', true, 1.50), x'61' || x'62', concat(cast(null as binary), x'61');
select elt(1, 'a', 'b'), elt(2, 1, 'b'), elt(1, x'61', x'62'), elt(2, 'a', x'62'), elt(null,'a'), elt(1, 1, 2);
-- The least count of substring_index has no opposite: Spark itself fails.
SELECT substring_index(s, 'x', n) FROM VALUES ('abc', -2147483648) AS t(s, n);
SELECT substring_index(s, '', n), substring_index(CAST(NULL AS STRING), 'x', n), substring_index(s COLLATE UTF8_LCASE, 'B', n), substring_index(s, 'x', n + 1) FROM VALUES ('abc', -2147483648) AS t(s, n);

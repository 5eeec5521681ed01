-- Text with a point as an integer.
SELECT CAST(a AS INT), CAST(a AS BIGINT), CAST(a AS TINYINT) FROM VALUES ('.5'), ('.'), ('+.5'), ('-.5'), ('-.'), ('5.'), ('+'), (''), (' . '), ('.a'), ('-'), ('1.2.3'), ('1.-3'), (' +.7 ') t(a);
SELECT '.5' << 1, '12' << -8, int('.5'), CAST(' -.9 ' AS BIGINT), a + 1L FROM VALUES ('.5') t(a);

-- ANSI off: what does not fit is NULL.
SELECT to_timestamp('2020-02-30', 'yyyy-MM-dd'), to_timestamp('x', 'yyyy'), to_date('2020-1-1', 'yyyy-MM-dd'), unix_timestamp('x'), to_timestamp('29 FEB 2020', 'dd MMM yyyy'), to_timestamp('2020-01-01t10', "yyyy-MM-dd'T'HH");
SELECT to_timestamp('2020', 'YYYY');
SELECT make_date(2020, 2, 30), make_timestamp(2020, 2, 30, 0, 0, 0), make_timestamp(2020, 1, 1, 25, 0, 0);

-- mode, with and without an order; of several equally frequent values Spark gives any where no order says which.
select mode(x) from values (1), (2), (2), (null), (null), (null) t(x);
select mode(x, true), mode(x, false) from values (1), (2), (2), (1), (2) t(x);
select mode() within group (order by x), mode() within group (order by x desc), mode(x, true) from values (1), (2), (2), (1), (3), (null) t(x);
select g, mode() within group (order by s), mode(s) filter (where s > 'a') from values (1, 'a'), (1, 'b'), (2, 'é'), (2, 'z'), (2, 'z'), (3, null) t(g, s) group by g order by g;
select g, mode(d) from values (1, 1.50), (1, 1.50), (2, 2.25) t(g, d) group by g order by g;
select mode(x) over (partition by g), mode() within group (order by x desc) over (partition by g) from values (1, 5), (1, 5), (1, 6), (2, null) t(g, x) order by 1, 2;
select mode(map(1, 'a')), mode(struct(1, 'a')), mode(array(1, null)), mode(true), mode(date'2020-01-01'), mode(x'61'), mode(null), mode(timestamp'2020-01-01 00:00:00');
select mode(x) from values (1.5D), (1.5D), (double('NaN')) t(x);
select mode() within group (order by interval '1' day * x), mode(interval '1' month * x) from values (1), (1), (2) t(x);
select mode(1) where false;
select mode(distinct 1);
select mode(1, 2);
select mode(1, null);
select mode(1, 'true');
select mode(x) within group (order by x) from values (1) t(x);
select mode() from values (1) t(x);
select mode() within group (order by x, y) from values (1, 2) t(x, y);
select mode() within group (order by map(1, 2));

-- QUALIFY: filters what window functions gave. Each case is judged by the same query with a subquery and WHERE.
-- https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-qry-select-qualify

-- !given
CREATE TABLE cars (id INT, city STRING, model STRING, quantity INT, price DECIMAL(8,2));
INSERT INTO cars VALUES (100, 'Fremont', 'Civic', 10, 1.50), (100, 'Fremont', 'Accord', 15, 2.25), (100, 'Fremont', 'CRV', 7, NULL), (200, 'Dublin', 'Civic', 20, 1.75), (200, 'Dublin', 'Accord', 10, 2.00), (200, 'Dublin', 'CRV', 3, 9.99), (300, 'San Jose', 'Civic', 5, 1.00), (300, 'San Jose', 'Accord', 8, NULL), (NULL, NULL, 'Civic', NULL, 3.00)

-- !case
SELECT city, model, rank() OVER (PARTITION BY model ORDER BY quantity) AS r FROM cars QUALIFY r = 1
-- !judge
SELECT * FROM (SELECT city, model, rank() OVER (PARTITION BY model ORDER BY quantity) AS r FROM cars) WHERE r = 1
-- !case
SELECT city, model FROM cars QUALIFY rank() OVER (PARTITION BY model ORDER BY quantity) = 1
-- !judge
SELECT city, model FROM (SELECT *, rank() OVER (PARTITION BY model ORDER BY quantity) AS r FROM cars) WHERE r = 1
-- !case
SELECT * FROM cars QUALIFY row_number() OVER (PARTITION BY id ORDER BY quantity DESC NULLS LAST) = 1
-- !judge
SELECT * EXCEPT (r) FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY quantity DESC NULLS LAST) AS r FROM cars) WHERE r = 1
-- !case
SELECT city, quantity FROM cars WHERE quantity > 5 QUALIFY row_number() OVER (PARTITION BY city ORDER BY quantity) <= 2
-- !judge
SELECT city, quantity FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY quantity) AS r FROM cars WHERE quantity > 5) WHERE r <= 2
-- !case
SELECT city, sum(quantity) AS total FROM cars GROUP BY city QUALIFY rank() OVER (ORDER BY sum(quantity) DESC) <= 2
-- !judge
SELECT city, total FROM (SELECT city, sum(quantity) AS total, rank() OVER (ORDER BY sum(quantity) DESC) AS r FROM cars GROUP BY city) WHERE r <= 2
-- !case
SELECT city, sum(quantity) AS total FROM cars GROUP BY city HAVING sum(quantity) > 13 QUALIFY row_number() OVER (ORDER BY total) = 1
-- !judge
SELECT city, total FROM (SELECT *, row_number() OVER (ORDER BY total) AS r FROM (SELECT city, sum(quantity) AS total FROM cars GROUP BY city HAVING sum(quantity) > 13)) WHERE r = 1
-- !case
SELECT city, count(*) AS n, rank() OVER (ORDER BY count(*) DESC) AS r FROM cars GROUP BY city QUALIFY r = 1
-- !judge
SELECT * FROM (SELECT city, count(*) AS n, rank() OVER (ORDER BY count(*) DESC) AS r FROM cars GROUP BY city) WHERE r = 1
-- !case
SELECT model, quantity FROM cars QUALIFY quantity > avg(quantity) OVER (PARTITION BY model)
-- !judge
SELECT model, quantity FROM (SELECT *, avg(quantity) OVER (PARTITION BY model) AS a FROM cars) WHERE quantity > a
-- !case
SELECT model, quantity, sum(quantity) OVER (PARTITION BY model) AS s FROM cars QUALIFY s > 30 AND quantity IS NOT NULL
-- !judge
SELECT * FROM (SELECT model, quantity, sum(quantity) OVER (PARTITION BY model) AS s FROM cars) WHERE s > 30 AND quantity IS NOT NULL
-- !case
SELECT city FROM cars QUALIFY lag(quantity) OVER (PARTITION BY city ORDER BY quantity) IS NULL OR lead(quantity) OVER (PARTITION BY city ORDER BY quantity) IS NULL
-- !judge
SELECT city FROM (SELECT city, lag(quantity) OVER (PARTITION BY city ORDER BY quantity) AS a, lead(quantity) OVER (PARTITION BY city ORDER BY quantity) AS b FROM cars) WHERE a IS NULL OR b IS NULL
-- !case
SELECT DISTINCT city FROM cars QUALIFY count(*) OVER (PARTITION BY city) > 2
-- !judge
SELECT DISTINCT city FROM (SELECT city, count(*) OVER (PARTITION BY city) AS n FROM cars) WHERE n > 2
-- !case
SELECT city, model FROM cars QUALIFY row_number() OVER (PARTITION BY city ORDER BY model) = 1 ORDER BY city DESC
-- !judge
SELECT city, model FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY model) AS r FROM cars) WHERE r = 1 ORDER BY city DESC
-- !case
SELECT city, model FROM cars QUALIFY row_number() OVER (PARTITION BY city ORDER BY model) = 1 ORDER BY city LIMIT 2
-- !judge
SELECT city, model FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY model) AS r FROM cars) WHERE r = 1 ORDER BY city LIMIT 2
-- !case
SELECT id, quantity FROM cars QUALIFY row_number() OVER w = 1 WINDOW w AS (PARTITION BY id ORDER BY quantity DESC NULLS LAST)
-- !judge
SELECT id, quantity FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY quantity DESC NULLS LAST) AS r FROM cars) WHERE r = 1
-- !case
SELECT id, quantity FROM cars WINDOW w AS (PARTITION BY id ORDER BY quantity DESC NULLS LAST) QUALIFY row_number() OVER w = 1
-- !judge
SELECT id, quantity FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY quantity DESC NULLS LAST) AS r FROM cars) WHERE r = 1
-- !case
WITH best AS (SELECT city, model FROM cars QUALIFY row_number() OVER (PARTITION BY city ORDER BY quantity DESC) = 1) SELECT count(*) AS n, max(model) AS m FROM best
-- !judge
WITH best AS (SELECT city, model FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY quantity DESC) AS r FROM cars) WHERE r = 1) SELECT count(*) AS n, max(model) AS m FROM best
-- !case
SELECT c.city FROM cars AS c JOIN (SELECT id FROM cars QUALIFY dense_rank() OVER (ORDER BY id DESC) = 1) AS d ON c.id = d.id
-- !judge
SELECT c.city FROM cars AS c JOIN (SELECT id FROM (SELECT id, dense_rank() OVER (ORDER BY id DESC) AS r FROM cars) WHERE r = 1) AS d ON c.id = d.id
-- !case
SELECT a.model, b.city FROM cars AS a JOIN cars AS b ON a.id = b.id AND a.model < b.model QUALIFY row_number() OVER (PARTITION BY a.model ORDER BY b.quantity, b.city) = 1
-- !judge
SELECT model, city FROM (SELECT a.model, b.city, row_number() OVER (PARTITION BY a.model ORDER BY b.quantity, b.city) AS r FROM cars AS a JOIN cars AS b ON a.id = b.id AND a.model < b.model) WHERE r = 1
-- !case
SELECT city, quantity AS q FROM cars QUALIFY row_number() OVER (PARTITION BY city ORDER BY q) = 1
-- !judge
SELECT city, q FROM (SELECT city, quantity AS q, row_number() OVER (PARTITION BY city ORDER BY quantity) AS r FROM cars) WHERE r = 1
-- !case
SELECT city, CASE WHEN row_number() OVER (PARTITION BY city ORDER BY quantity) = 1 THEN 'first' ELSE 'other' END AS place FROM cars QUALIFY place = 'first'
-- !judge
SELECT * FROM (SELECT city, CASE WHEN row_number() OVER (PARTITION BY city ORDER BY quantity) = 1 THEN 'first' ELSE 'other' END AS place FROM cars) WHERE place = 'first'
-- !case
SELECT city FROM cars QUALIFY NOT row_number() OVER (PARTITION BY city ORDER BY quantity) = 1
-- !judge
SELECT city FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY quantity) AS r FROM cars) WHERE NOT r = 1
-- !case
SELECT city FROM cars QUALIFY row_number() OVER (ORDER BY id, model) BETWEEN 3 AND 5
-- !judge
SELECT city FROM (SELECT *, row_number() OVER (ORDER BY id, model) AS r FROM cars) WHERE r BETWEEN 3 AND 5
-- !case
SELECT city FROM cars QUALIFY row_number() OVER (ORDER BY id, model) IN (1, 9)
-- !judge
SELECT city FROM (SELECT *, row_number() OVER (ORDER BY id, model) AS r FROM cars) WHERE r IN (1, 9)
-- !case
SELECT model FROM cars QUALIFY ntile(3) OVER (ORDER BY quantity, id) = 3
-- !judge
SELECT model FROM (SELECT *, ntile(3) OVER (ORDER BY quantity, id) AS r FROM cars) WHERE r = 3
-- !case
SELECT model, price FROM cars QUALIFY percent_rank() OVER (ORDER BY price) >= 0.5
-- !judge
SELECT model, price FROM (SELECT *, percent_rank() OVER (ORDER BY price) AS r FROM cars) WHERE r >= 0.5
-- !case
SELECT model FROM cars QUALIFY first_value(city) OVER (PARTITION BY model ORDER BY quantity DESC) = 'Dublin'
-- !judge
SELECT model FROM (SELECT *, first_value(city) OVER (PARTITION BY model ORDER BY quantity DESC) AS r FROM cars) WHERE r = 'Dublin'
-- !case
SELECT model, quantity FROM cars QUALIFY sum(quantity) OVER (PARTITION BY model ORDER BY quantity ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) > 20
-- !judge
SELECT model, quantity FROM (SELECT *, sum(quantity) OVER (PARTITION BY model ORDER BY quantity ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS r FROM cars) WHERE r > 20
-- !case
SELECT city, model FROM cars QUALIFY max(quantity) FILTER (WHERE model <> 'CRV') OVER (PARTITION BY city) = quantity
-- !judge
SELECT city, model FROM (SELECT *, max(quantity) FILTER (WHERE model <> 'CRV') OVER (PARTITION BY city) AS r FROM cars) WHERE r = quantity
-- !case
SELECT id FROM cars QUALIFY row_number() OVER (PARTITION BY id ORDER BY model) = 1 UNION ALL SELECT -1
-- !judge
SELECT id FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY model) AS r FROM cars) WHERE r = 1 UNION ALL SELECT -1
-- !case
SELECT city, n FROM (SELECT city, count(*) AS n FROM cars GROUP BY city) QUALIFY rank() OVER (ORDER BY n) = 1
-- !judge
SELECT city, n FROM (SELECT *, rank() OVER (ORDER BY n) AS r FROM (SELECT city, count(*) AS n FROM cars GROUP BY city)) WHERE r = 1
-- !case
SELECT city FROM cars LATERAL VIEW explode(array(1, 2)) AS x QUALIFY row_number() OVER (PARTITION BY city ORDER BY x DESC, model) = 1
-- !judge
SELECT city FROM (SELECT city, row_number() OVER (PARTITION BY city ORDER BY x DESC, model) AS r FROM cars LATERAL VIEW explode(array(1, 2)) AS x) WHERE r = 1
-- !case
SELECT city, quantity + 1 AS more, more * 2 AS twice FROM cars QUALIFY row_number() OVER (ORDER BY twice DESC) = 1
-- !judge
SELECT city, more, twice FROM (SELECT city, quantity + 1 AS more, (quantity + 1) * 2 AS twice, row_number() OVER (ORDER BY (quantity + 1) * 2 DESC) AS r FROM cars) WHERE r = 1
-- !case
SELECT city, quantity FROM cars QUALIFY row_number() OVER (PARTITION BY city ORDER BY quantity) = (SELECT 1)
-- !judge
SELECT city, quantity FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY quantity) AS r FROM cars) WHERE r = (SELECT 1)
-- !case
SELECT count(*) OVER () AS n FROM cars QUALIFY n > 100
-- !judge
SELECT * FROM (SELECT count(*) OVER () AS n FROM cars) WHERE n > 100
-- !case
SELECT city, model FROM cars QUALIFY rank() OVER (PARTITION BY model ORDER BY quantity) = NULL
-- !judge
SELECT city, model FROM (SELECT *, rank() OVER (PARTITION BY model ORDER BY quantity) AS r FROM cars) WHERE r = NULL
-- !case
SELECT city, sum(quantity) AS total FROM cars GROUP BY ALL QUALIFY total = max(total) OVER ()
-- !judge
SELECT city, total FROM (SELECT *, max(total) OVER () AS m FROM (SELECT city, sum(quantity) AS total FROM cars GROUP BY city)) WHERE total = m
-- !case
SELECT city, model, sum(quantity) AS total FROM cars GROUP BY ROLLUP (city, model) QUALIFY row_number() OVER (ORDER BY sum(quantity) DESC NULLS LAST, city, model) = 1
-- !judge
SELECT city, model, total FROM (SELECT city, model, sum(quantity) AS total, row_number() OVER (ORDER BY sum(quantity) DESC NULLS LAST, city, model) AS r FROM cars GROUP BY ROLLUP (city, model)) WHERE r = 1

-- Databricks raises these: a QUALIFY without a window function, with one that is no condition, with an aggregate or an unknown name.
-- !case
SELECT city FROM cars QUALIFY quantity > 5
-- !raises
-- !case
SELECT city FROM cars QUALIFY sum(quantity) > 5
-- !raises
-- !case
SELECT city FROM cars QUALIFY row_number() OVER (ORDER BY id)
-- !raises
-- !case
SELECT city FROM cars QUALIFY nothing = 1 AND row_number() OVER (ORDER BY id) = 1
-- !raises sql.unresolved-column
-- !case
SELECT city FROM cars WHERE row_number() OVER (ORDER BY id) = 1
-- !raises
-- !case
SELECT city FROM cars QUALIFY row_number() OVER (ORDER BY id) = 1 WHERE id = 100
-- !raises sql.syntax

-- In views and in what is written.
-- !case
CREATE VIEW firsts AS SELECT * FROM cars QUALIFY row_number() OVER (PARTITION BY city ORDER BY model) = 1;
SELECT city, model FROM firsts ORDER BY city
-- !judge
SELECT city, model FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY model) AS r FROM cars) WHERE r = 1 ORDER BY city
-- !case
CREATE OR REPLACE TEMPORARY VIEW latest AS SELECT id, model FROM cars QUALIFY row_number() OVER (PARTITION BY id ORDER BY quantity DESC NULLS LAST) = 1;
SELECT * FROM latest
-- !judge
SELECT id, model FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY quantity DESC NULLS LAST) AS r FROM cars) WHERE r = 1
-- !case
CREATE TABLE kept AS SELECT id, model FROM cars QUALIFY row_number() OVER (PARTITION BY id ORDER BY model) = 1;
SELECT * FROM kept
-- !judge
SELECT id, model FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY model) AS r FROM cars) WHERE r = 1
-- !case
MERGE INTO cars AS t USING (SELECT id, model, quantity FROM cars QUALIFY row_number() OVER (PARTITION BY id, model ORDER BY quantity) = 1 AND id = 100) AS s ON t.id = s.id AND t.model = s.model WHEN MATCHED THEN UPDATE SET quantity = s.quantity + 1;
SELECT id, model, quantity FROM cars WHERE id = 100
-- !judge
SELECT id, model, quantity + 1 AS quantity FROM cars WHERE id = 100

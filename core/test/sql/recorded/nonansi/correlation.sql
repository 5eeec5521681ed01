-- A division by zero is NULL.
SELECT corr(a, b) FROM VALUES (1, 2), (1, 3) AS t(a, b);
SELECT corr(a, b), covar_samp(a, b), skewness(a), variance(a) FROM VALUES (1, 2) AS t(a, b);

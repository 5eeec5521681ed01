-- Java's sin, cos and tan, where the last digit does not depend on the processor.
SELECT sin(1.5), cos('1'), tan(1), sec(1), csc(1), cot(1), sin(null), sin(0), cos(0), tan(0), sin(-0.0D), cos(2S), tan(0.5BD);
SELECT cot(0), csc(0), sec(0), sin(double('NaN')), cos(double('Infinity')), tan(double('-Infinity')), csc(double('NaN'));
SELECT sin(pi()), cos(pi()), tan(pi()), sin(pi() / 2), cos(pi() / 2), tan(pi() / 4), sin(1e-20), cos(1e-20), tan(-1e-300), csc(1e-5);
SELECT sin(100), cos(100), tan(100), sin(-12345.678D), cos(-12345.678D), sin(1000000), cos(1000000);
SELECT sin('x');
SELECT sin(date'2020-01-01');
SELECT x, round(2 * 6371 * asin(sqrt(pow(sin(radians(x - 1) / 2), 2) + cos(radians(x)) * cos(radians(1)) * pow(sin(radians(x + 2) / 2), 2))), 6) FROM VALUES (52.5), (48.1) AS t(x);

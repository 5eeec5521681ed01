/** The tables that Spark's suite makes before it reads a file, as DuckDB makes them. */
export const BASE_TABLES: Readonly<Record<string, string>> = {
  testdata: 'SELECT CAST(i AS INTEGER) AS key, CAST(i AS VARCHAR) AS value FROM range(1, 101) AS t(i)',
  arraydata:
    'SELECT * FROM (VALUES ([1, 2, 3]::INTEGER[], [[1, 2, 3]]::INTEGER[][]), ([2, 3, 4], [[2, 3, 4]])) AS t(arraycol, nestedarraycol)',
  mapdata: `SELECT map_from_entries([row(k::INTEGER, chr(96 + k::INTEGER) || i) FOR k IN range(1, 7 - i)])::MAP(INTEGER, VARCHAR) AS mapcol FROM range(1, 6) AS t(i)`,
  aggtest: 'SELECT * FROM (VALUES (56::INTEGER, 7.8::FLOAT), (100, 99.097), (0, 0.09561), (42, 324.78)) AS t(a, b)',
};

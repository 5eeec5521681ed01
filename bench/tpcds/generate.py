"""Writes TPC-DS tables of a scale as Parquet and the texts of its 99 queries: python generate.py FOLDER SCALE.

Both come with DuckDB's extension tpcds, from the package `duckdb-extension-tpcds` of the same version as `duckdb`.
"""
import importlib.util
import json
import pathlib
import sys

import duckdb


def main():
    folder, scale = pathlib.Path(sys.argv[1]), float(sys.argv[2])
    package = pathlib.Path(importlib.util.find_spec("duckdb_extension_tpcds").origin).parent
    connection = duckdb.connect()
    connection.execute(f"LOAD '{package / 'extensions' / f'v{duckdb.__version__}' / 'tpcds.duckdb_extension'}'")
    connection.execute(f"CALL dsdgen(sf={scale})")
    for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
        connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet)")
    queries = connection.execute("SELECT query FROM tpcds_queries() ORDER BY query_nr").fetchall()
    (folder / "queries.json").write_text(json.dumps([text for (text,) in queries]))


main()

"""Records what Spark answers: python record.py answers.sql > answers.json, with pyspark==4.0.1 and Java 17.

A query ends with `;` at a line's end. Values are written as DuckDB's VARCHAR shows them, so that the tests compare text.
"""
import datetime
import decimal
import json
import sys

from pyspark.sql import Row, SparkSession


def text(value, inside=False):
    if value is None:
        return "NULL" if inside else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime.datetime):
        written = value.isoformat(sep=" ")
        return (written.rstrip("0") if "." in written else written) + "+00"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (int, datetime.date)):
        return str(value)
    if isinstance(value, Row):
        return "{" + ", ".join(f"'{name}': {text(one, True)}" for name, one in value.asDict().items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(one, True) for one in value) + "]"
    quoted = inside and (value == "" or any(char in value for char in "{}[]\"',:="))
    return f"'{value}'" if quoted else value


def record(spark, query):
    frame = spark.sql(query)
    columns = [f"{field.name}:{field.dataType.simpleString()}" for field in frame.schema.fields]
    return {"sql": query, "columns": columns, "rows": [[text(cell) for cell in row] for row in frame.collect()]}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    with open(sys.argv[1], encoding="utf-8") as file:
        queries = [query.strip() for query in file.read().split(";\n") if query.strip()]
    json.dump([record(spark, query) for query in queries], sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


main()

"""Runs queries on local Spark over Parquet files, each once: python spark.py FOLDER QUERIES.json ANSWERS.json.

An answer is {"seconds", "columns": [type], "rows": [[cell]]} with cells as text (numbers as JSON has them), or {"seconds", "error"}.
"""
import datetime
import decimal
import json
import pathlib
import sys
import time

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession


def cell(value):
    if isinstance(value, decimal.Decimal):
        # Python writes small zeros as 0E-17.
        return format(value, "f")
    if isinstance(value, datetime.date):
        return str(value)
    return value


def answer(spark, query):
    started = time.monotonic()
    try:
        frame = spark.sql(query)
        rows = [[cell(value) for value in row] for row in frame.collect()]
        types = [field.dataType.simpleString() for field in frame.schema.fields]
        return {"seconds": time.monotonic() - started, "columns": types, "rows": rows}
    except PySparkException as error:
        return {"seconds": time.monotonic() - started, "error": str(error).split("\n")[0][:300]}


def main():
    folder, queries, answers = (pathlib.Path(name) for name in sys.argv[1:4])
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "4g")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for file in sorted(folder.glob("*.parquet")):
        spark.read.parquet(str(file)).createOrReplaceTempView(file.stem)
    texts = json.loads(queries.read_text())
    answers.write_text(json.dumps({name: answer(spark, text) for name, text in texts.items()}))


main()

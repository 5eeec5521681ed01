"""Spark with Delta as the judge: `python spark-judge.py FOLDER`.

Reads every table in FOLDER/ours and prints its rows and, where it keeps one, its change feed; writes on in those that FOLDER/after.json names; then writes tables with Delta's features
into FOLDER/theirs and prints what it reads from them. A line each: `{"table", "rows"}`, values as text, rows sorted.
"""
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from pyspark.sql import SparkSession

home = Path(sys.argv[1])
builder = SparkSession.builder.master("local[1]").config("spark.jars.packages", "io.delta:delta-spark_2.13:4.0.1")
spark = (
    builder.config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.databricks.delta.snapshotPartitions", "1")
    .config("spark.sql.warehouse.dir", str(home / "warehouse"))
    .getOrCreate()
)


def show(name, rows):
    cast = rows.selectExpr(*[f"CAST(`{column}` AS STRING)" for column in rows.columns]).collect()
    print(json.dumps({"table": name, "rows": sorted(json.dumps(list(row), ensure_ascii=False) for row in cast)}, ensure_ascii=False), flush=True)


@contextmanager
def refusals(name):
    """What Spark refuses is the table's answer: the other tables are judged all the same."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        print(json.dumps({"table": name, "rows": [f"refused: {str(error)[:600]}"]}), flush=True)


after = json.loads((home / "after.json").read_text())
for folder in sorted((home / "ours").iterdir()):
    with refusals(f"ours/{folder.name}"):
        show(f"ours/{folder.name}", spark.read.format("delta").load(str(folder)))
        if folder.name.startswith("feed"):
            changes = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0)
            show(f"ours/{folder.name}/changes", changes.load(str(folder)).drop("_commit_timestamp"))
        for statement in after.get(folder.name, []):
            spark.sql(statement.replace("$T", f"delta.`{folder}`"))
        if folder.name in after:
            show(f"ours/{folder.name}/after", spark.read.format("delta").load(str(folder)))

for name, statements in json.loads((home / "theirs.json").read_text()).items():
    path = f"delta.`{home / 'theirs' / name}`"
    with refusals(f"theirs/{name}"):
        for statement in statements:
            spark.sql(statement.replace("$T", path))
        show(f"theirs/{name}", spark.sql(f"SELECT * FROM {path}"))
        if name.startswith("feed"):
            changes = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0)
            show(f"theirs/{name}/changes", changes.load(str(home / "theirs" / name)).drop("_commit_timestamp"))

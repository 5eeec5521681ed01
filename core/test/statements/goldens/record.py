"""Records Spark's and Delta's own answers to cases.json in answers.json: `python record.py` with pyspark 4.0.1 and Java 17.

Only cases without an answer are asked; delete an answer to record it anew. Each case is a table `t` (and a source `s`), one statement, and then what `t` holds, row by row as JSON text; or that Spark refuses.
"""
import json
import os
import tempfile
from pathlib import Path
from pyspark.sql import SparkSession

here = Path(__file__).parent
work = tempfile.mkdtemp()
builder = SparkSession.builder.master("local[1]").config("spark.jars.packages", "io.delta:delta-spark_2.13:4.0.0")
if "IVY" in os.environ:
    builder = builder.config("spark.jars.ivy", os.environ["IVY"])
spark = (
    builder.config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.databricks.delta.snapshotPartitions", "1")
    .config("spark.sql.warehouse.dir", work)
    .getOrCreate()
)
answers = json.loads((here / "answers.json").read_text())
for case in json.loads((here / "cases.json").read_text()):
    if case["name"] in answers:
        continue
    for table in ("t", "s"):
        spark.sql(f"DROP TABLE IF EXISTS {table}")
    for sql in case["setup"]:
        spark.sql(sql)
    statement = case["statement"]
    # Delta 4.0.0 reads WITH SCHEMA EVOLUTION and does not heed it; the setting is what it does heed.
    evolves = " WITH SCHEMA EVOLUTION" in statement
    spark.conf.set("spark.databricks.delta.schema.autoMerge.enabled", evolves)
    try:
        spark.sql(statement.replace(" WITH SCHEMA EVOLUTION", "")).collect()
        rows = spark.sql("SELECT * FROM t")
        types = [f"{name}:{kind}" for name, kind in rows.dtypes]
        cast = rows.selectExpr(*[f"CAST(`{name}` AS STRING)" for name in rows.columns]).collect()
        answers[case["name"]] = {"columns": types, "rows": sorted(json.dumps(list(row)) for row in cast)}
    except Exception as error:  # noqa: BLE001 -- whatever Spark refuses with is the answer
        answers[case["name"]] = {"refused": error.getCondition() if hasattr(error, "getCondition") else str(error)[:80]}
    (here / "answers.json").write_text(json.dumps(answers, indent=2) + "\n")

"""The same MERGE by Spark and Delta, on copies of our table: python spark.py CHANGES COPY... prints the seconds of each as JSON."""
import json
import sys
import time

from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.jars.packages", "io.delta:delta-spark_2.13:4.0.1")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.memory", "2g")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "4")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")
changes, *copies = sys.argv[1:]
answers = []
for copy in copies:
    started = time.monotonic()
    spark.sql(
        f"MERGE INTO delta.`{copy}` AS t USING delta.`{changes}` AS s ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )
    seconds = time.monotonic() - started
    row = spark.sql(f"SELECT count(*), sum(amount) FROM delta.`{copy}`").collect()[0]
    answers.append({"seconds": seconds, "rows": row[0], "amount": str(row[1])})
print(json.dumps(answers))

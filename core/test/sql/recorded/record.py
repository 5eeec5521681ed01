"""Records what Spark answers, in the form of Spark's own golden files: python record.py FILE.sql ... writes FILE.sql.out beside each.

Needs pyspark==4.1.4 and Java 17. A statement ends with `;` at a line's end; lines that begin with `--` are comments. The session is that of
Spark's suite: time zone America/Los_Angeles, ANSI on (off for files in a folder `nonansi`). A statement may be SET or RESET.
"""
import json
import pathlib
import re
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession


def statements(text):
    lines = [line for line in text.split("\n") if not line.startswith("--")]
    return [one.strip() for one in ("\n".join(lines) + "\n").split(";\n") if one.strip()]


def answer(session, sql):
    """The schema and the output as Spark's suite writes them; an error as its class and its condition."""
    try:
        frame = session.sql(sql)._jdf
        schema = frame.schema().catalogString()
        plan = frame.queryExecution().executedPlan()
        rows = session._jvm.org.apache.spark.sql.execution.HiveResult.hiveResultString(plan)
        lines = [rows.apply(at) for at in range(rows.size())]
        ordered = "order by" in sql.lower()
        return schema, "\n".join(lines if ordered else sorted(lines))
    except PySparkException as error:
        condition = error.getCondition() or "UNKNOWN"
    except Py4JJavaError as error:
        # What Spark raises outside its analysis and its SQL errors: the condition stands in its message.
        named = re.search(r"\[([A-Z][A-Z_.0-9]+)\]", str(error.java_exception))
        condition = named.group(1) if named else "UNKNOWN"
    return "struct<>", "org.apache.spark.SparkThrowable\n" + json.dumps({"errorClass": condition}, indent=2)


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .config("spark.sql.timeType.enabled", "true")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        session = spark.newSession()
        session.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
        session.conf.set("spark.sql.ansi.enabled", "false" if "nonansi" in path.parts else "true")
        session.conf.set("spark.sql.timeType.enabled", "true")
        session.conf.set("spark.sql.geospatial.enabled", "true")
        blocks = ["-- Spark 4.1.4, by record.py"]
        for sql in statements(path.read_text(encoding="utf-8")):
            schema, output = answer(session, sql)
            blocks.append(f"-- !query\n{sql}\n-- !query schema\n{schema}\n-- !query output\n{output}\n\n")
        path.with_suffix(".sql.out").write_text("\n".join(blocks), encoding="utf-8")


main()

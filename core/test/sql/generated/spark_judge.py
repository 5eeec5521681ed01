"""Answers lines of JSON on standard input with lines on standard output, by local Spark, as Spark's golden files write answers.

A request: {"ansi": bool, "stored": bool, "tables": [{"name", "query"}], "sql": [sql]}; the answer: [{"schema", "output"}] for `sql`, errors as their class.
"""
import json
import logging
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession


def define(session, stored, name, query):
    """A view of rows that are computed already: Spark would read the text of its query anew for each statement. Stored ones are planned over as a table's are."""
    plan = session.sql(query)._jdf.queryExecution().optimizedPlan()
    rows = session._jvm.org.apache.spark.sql.classic.Dataset.ofRows(session._jsparkSession, plan)
    (rows.localCheckpoint() if stored else rows).createOrReplaceTempView(name)


def answer(session, sql):
    try:
        frame = session.sql(sql)._jdf
        schema = frame.schema().catalogString()
        rows = session._jvm.org.apache.spark.sql.execution.HiveResult.hiveResultString(frame.queryExecution().executedPlan())
        return {"schema": schema, "output": "\n".join(rows.apply(at) for at in range(rows.size()))}
    except PySparkException as error:
        return raised(error.getCondition())
    except Py4JJavaError as error:
        # What the optimizer itself evaluates comes unconverted out of executedPlan(), such as an overflow of literals.
        name = error.java_exception.getClass().getName()
        # Anything else is a defect of Spark itself (its optimizer meets None.get in some correlated subqueries): it is no answer.
        return raised(name) if name.startswith("org.apache.spark.") else {"defect": name}


def raised(condition):
    return {"schema": "struct<>", "output": "org.apache.spark.SparkThrowable\n" + (condition or "UNKNOWN")}


def main():
    # PySpark logs every error of a query with its plan, in lines of many kilobytes.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        # Hot code pays after thousands of statements only: the JVM's second compiler costs more than all the rest until then.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        # Compiling Java for a statement that runs once takes longer than running it; the answers are the same, as sets of rows.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        # Dates before 1582 and after 9999 as they are, and not through java.sql.Date.
        .config("spark.sql.datetime.java8API.enabled", "true")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    # NO_CODEGEN counts in Spark's own tests only.
    spark._jvm.java.lang.System.setProperty("spark.testing", "true")
    print(json.dumps({"version": spark.version}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        spark.conf.set("spark.sql.ansi.enabled", str(request["ansi"]).lower())
        for table in request["tables"]:
            define(spark, request.get("stored", False), **table)
        print(json.dumps([answer(spark, sql) for sql in request["sql"]]), flush=True)


main()

"""A session that runs scripts of SQL, one after the other, as Medallion hands them out."""

import time

from . import compare, read_files, session
from .faults import describe

MOST_ROWS = 1000


def serve(task):
    """Asks for work until there is none."""
    while True:
        work = task.bridge.call("next-work")
        if work["kind"] == "end":
            return None
        try:
            answer = WORK[work["kind"]](task, work)
        except Exception as error:
            answer = {"failed": describe(error, task.request["folder"])}
        task.bridge.call("work-done", id=work["id"], **answer)


def _script(task, work):
    """A script has temporary views and current names of its own."""
    spark = session.another(task.spark, task.request["session"])
    for index, statement in enumerate(work["statements"]):
        started = time.perf_counter()
        try:
            for call in statement["files"]:
                read_files.define(spark, call, work["parameters"])
            result = spark.sql(statement["spark"], args=work["parameters"])
            if statement["kind"] == "query":
                result.limit(MOST_ROWS).collect()
        except Exception as error:
            return {"statement": index, "failed": describe(error, task.request["folder"])}
        task.bridge.call("statement-done", index=index, seconds=time.perf_counter() - started)
    return {}


def _compare(task, work):
    return {"differences": compare.tables(task.spark, work)}


WORK = {"script": _script, "compare": _compare}

"""Records what Spark with Delta Lake answers to the cases: python record.py FILE.sql ... writes FILE.sql.out beside each.

Needs pyspark==4.0.1, delta-spark==4.0.1 and Java 17. See cases.ts for the form of a file. A case with an answer or an error of its own is not asked; a
case that open Spark has no syntax for is asked by its rewriting (`-- !judge`). Answers that are there are kept: delete a block to ask anew.
"""
import datetime
import decimal
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

os.environ["TZ"] = "UTC"

from pyspark.errors import PySparkException  # noqa: E402
from pyspark.sql import Row, SparkSession  # noqa: E402
from pyspark.sql.types import VariantVal  # noqa: E402

READS = re.compile(r"^\s*(SELECT|WITH|VALUES|FROM|TABLE)\b", re.I)


def sections(text):
    """[(marker, argument, body)] of a file of cases."""
    found, marker, argument, body = [], None, "", []
    for line in text.split("\n"):
        match = re.match(r"^-- !(\w+) ?(.*)$", line)
        if match:
            found.append((marker, argument, "\n".join(body)))
            marker, argument, body = match.group(1), match.group(2).strip(), []
        elif marker in ("file", "answer") or not line.startswith("-- "):
            body.append(line)
    found.append((marker, argument, "\n".join(body)))
    return [(m, a, b if m == "file" else b.strip()) for m, a, b in found if m]


def statements(text):
    return [one.strip() for one in (text.strip().rstrip(";") + "\n").split(";\n") if one.strip()]


def plain(value):
    if isinstance(value, Row):
        return {name: plain(inner) for name, inner in value.asDict().items()}
    if isinstance(value, dict):
        return {str(plain(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, VariantVal):
        return value.toJson()
    if isinstance(value, (bytes, bytearray)):
        import base64

        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime.datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S.%f")
        return text.rstrip("0").rstrip(".")
    if isinstance(value, (datetime.date, decimal.Decimal)):
        return str(value) if isinstance(value, datetime.date) else f"{value:f}"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    return value if abs(value) < 2**53 else str(value)


def cell(value):
    found = plain(value)
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False) if isinstance(found, (dict, list)) else found


class Judge:
    def __init__(self):
        self.work = tempfile.mkdtemp()
        self.spark = (
            SparkSession.builder.master("local[1]")
            .config("spark.jars.packages", "io.delta:delta-spark_2.13:4.0.1")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.sources.default", "delta")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.session.timeZone", "Etc/UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .config("spark.databricks.delta.schema.autoMerge.enabled", "false")
            .config("spark.sql.warehouse.dir", self.work)
            .getOrCreate()
        )
        self.spark.sparkContext.setLogLevel("OFF")
        self.count = 0

    def prepare(self, given, files):
        self.count += 1
        self.folder = pathlib.Path(self.work, f"files{self.count}")
        self.folder.mkdir()
        self.spark.catalog.setCurrentDatabase("default")
        for view in self.spark.catalog.listTables():
            if view.isTemporary:
                self.spark.catalog.dropTempView(view.name)
        self.spark.sql(f"CREATE SCHEMA c{self.count}")
        self.spark.catalog.setCurrentDatabase(f"c{self.count}")
        for sql in statements(given):
            self.ask(sql)
        for kind, name, body in files:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == "file":
                path.write_text(body, encoding="utf-8")
                continue
            self.spark.sql(body).coalesce(1).write.format(kind).save(str(self.folder / "made"))
            [made] = (self.folder / "made").glob(f"*.{kind}")
            shutil.move(made, path)
            shutil.rmtree(self.folder / "made")

    def ask(self, sql):
        # Delta 4.0 reads WITH SCHEMA EVOLUTION in MERGE and does not heed it; the setting is what it does heed.
        evolves = " WITH SCHEMA EVOLUTION" in sql
        self.spark.conf.set("spark.databricks.delta.schema.autoMerge.enabled", str(evolves).lower())
        return self.spark.sql(sql.replace("{files}", str(self.folder)).replace(" WITH SCHEMA EVOLUTION", ""))

    def answer(self, sql):
        try:
            frame = None
            for one in statements(sql):
                frame = self.ask(one)
                rows = frame.collect()
            return ",".join(f"{f.name}:{f.dataType.simpleString()}" for f in frame.schema.fields), "\n".join(
                json.dumps([cell(value) for value in row], ensure_ascii=False) for row in rows
            )
        except PySparkException as error:
            condition = error.getCondition()
            text = str(error)
        except Exception as error:  # noqa: BLE001 -- what Java raises is an answer too
            condition, text = None, str(error)
        named = condition or next(iter(re.findall(r"\[([A-Z][A-Z_.0-9]+)\]", text)), None) or "UNKNOWN"
        return "ERROR", named


def recorded(path):
    if not path.exists():
        return {}
    blocks = path.read_text(encoding="utf-8").split("-- !case\n")[1:]
    found = {}
    for block in blocks:
        sql, rest = block.split("\n-- !schema\n")
        schema, output = rest.split("\n-- !output\n")
        found[sql] = (schema, output.rstrip("\n"))
    return found


def write(out, answers):
    blocks = [f"-- !case\n{sql}\n-- !schema\n{schema}\n-- !output\n{output}\n" for sql, (schema, output) in answers.items()]
    out.write_text("-- Spark 4.0.1 with Delta Lake 4.0.1, by record.py\n" + "\n".join(blocks), encoding="utf-8")


def main():
    judge = None
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        out = path.with_suffix(".sql.out")
        known, answers, group = recorded(out), {}, 0
        given, files, fresh = "", [], False
        cases = []
        for marker, argument, body in sections(path.read_text(encoding="utf-8")):
            if marker == "given":
                given, files = body, []
                group += 1
            elif marker in ("file", "parquet", "avro"):
                files = [*files, (marker, argument, body)]
            elif marker == "case":
                cases.append({"sql": body, "asked": body, "given": given, "files": files, "group": group, "own": False})
            elif marker == "judge":
                cases[-1]["asked"] = body
            else:
                cases[-1]["own"] = True
        made = None
        for case in cases:
            if case["own"]:
                continue
            key = case["sql"]
            if key in known:
                answers[key] = known[key]
                continue
            judge = judge or Judge()
            if made != case["group"]:
                judge.prepare(case["given"], case["files"])
                made = case["group"]
            answers[key] = judge.answer(case["asked"])
            write(out, answers)
            if not (len(statements(case["asked"])) == 1 and READS.match(case["asked"])):
                made = None
            print(path.stem, len(answers), key.replace("\n", " ")[:100], "->", answers[key][0][:40], answers[key][1][:60].replace("\n", " "), flush=True)
        write(out, answers)


main()

"""`read_files` on open-source Spark: a DataFrame with what Databricks adds, `_rescued_data` among it."""

import re

from pyspark.sql import functions as F

from .bridge import Refused

MOST_EXTRA = 16
OWN = {"format", "schema", "rescueddatacolumn", "schemaevolutionmode", "filenamepattern", "pathglobfilter"}


def define(spark, call, values):
    """Makes the temporary view that stands for the call."""
    path = _value(spark, call["path"], values)
    options = {name: _value(spark, text, values) for name, text in call["options"].items()}
    build = {"csv": _csv, "avro": _avro}.get(str(options.get("format", "")).lower(), _plain)
    frame = build(spark, path, options)
    columns = ["*", "_metadata"] if call["usesMetadata"] and "_metadata" not in frame.columns else ["*"]
    frame.select(*columns).createOrReplaceTempView(call["view"])


def _value(spark, text, values):
    return spark.sql(f"SELECT {text}", args=values).first()[0]


def _reader(spark, options):
    reader = spark.read.format(str(options["format"]).lower()).option("recursiveFileLookup", True)
    for name, value in options.items():
        if name not in OWN:
            reader = reader.option(name, _text(value))
    pattern = options.get("filenamepattern", options.get("pathglobfilter"))
    return reader if pattern is None else reader.option("pathGlobFilter", pattern)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(spark, path, options):
    if "format" not in options:
        raise Refused("python.sql-not-emulated", "read_files without a format does not run on Spark here.", "Name it.")
    if "rescueddatacolumn" in options:
        raise Refused("python.sql-not-emulated", f"Rescued data of {options['format']} is not emulated.", "Leave it out.")
    reader = _reader(spark, options)
    return (reader.schema(options["schema"]) if "schema" in options else reader).load(path)


def _csv(spark, path, options):
    """Columns by the header's names; what no column takes is rescued, with the names that Databricks gives it."""
    if "rescueddatacolumn" not in options or "schema" not in options:
        return _plain(spark, path, options)
    wanted = spark.createDataFrame([], options["schema"]).schema
    if any(field.dataType.typeName() != "string" for field in wanted):
        raise Refused("python.sql-not-emulated", "Rescued data of typed CSV columns is not emulated.", "Read text.")
    header = _header(spark, path, options) if _text(options.get("header", "false")) == "true" else None
    names = header or [field.name for field in wanted]
    # Where there is no file, the columns that are asked for are there all the same.
    extra = [f"_c{index}" for index in range(len(names), len(names) + MOST_EXTRA)]
    frame = _reader(spark, options).schema(", ".join(f"`{name}` STRING" for name in [*names, *extra])).load(path)
    lower = {name.lower(): name for name in names}
    columns = [
        F.col(f"`{lower[field.name.lower()]}`").alias(field.name)
        if field.name.lower() in lower
        else F.lit(None).cast("string").alias(field.name)
        for field in wanted
    ]
    asked = {field.name.lower() for field in wanted}
    rest = [name for name in [*names, *extra] if name.lower() not in asked]
    return frame.select(*columns, _rescued(rest, options), "_metadata")


def _header(spark, path, options):
    first = spark.read.option("recursiveFileLookup", True).text(path).limit(1).collect()
    return re.split(re.escape(options.get("sep", options.get("delimiter", ","))), first[0][0].strip()) if first else None


def _avro(spark, path, options):
    reader = _reader(spark, options)
    try:
        frame = reader.load(path)
    except Exception as error:
        if "UNABLE_TO_INFER_SCHEMA" not in str(error) or "schema" not in options:
            raise
        frame = reader.schema(options["schema"]).load(path)
    if "schema" not in options:
        return frame
    wanted = spark.createDataFrame([], options["schema"]).schema
    there = {name.lower(): name for name in frame.columns}
    columns = [
        (F.col(f"`{there[field.name.lower()]}`") if field.name.lower() in there else F.lit(None))
        .cast(field.dataType)
        .alias(field.name)
        for field in wanted
    ]
    if "rescueddatacolumn" not in options:
        return frame.select(*columns, "_metadata")
    asked = {field.name.lower() for field in wanted}
    rest = [name for name in frame.columns if name.lower() not in asked]
    return frame.select(*columns, _rescued(rest, options), "_metadata")


def _rescued(names, options):
    """JSON of what holds something, and the file's path; NULL where nothing does."""
    column = options["rescueddatacolumn"]
    if not names:
        return F.lit(None).cast("string").alias(column)
    values = [F.col(f"`{name}`") for name in names]
    told = F.to_json(F.struct(*values, F.col("_metadata.file_path").alias("_file_path")))
    holds = F.greatest(*[value.isNotNull() for value in values], F.lit(False))
    return F.when(holds, told).alias(column)

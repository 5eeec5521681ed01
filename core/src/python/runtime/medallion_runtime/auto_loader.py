"""Auto Loader (`cloudFiles`) on Spark's own file source: each file once by the stream's checkpoint, the schema kept beside it."""

import json
import os

from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from .bridge import Refused

FORMATS = ("json", "csv", "parquet", "avro", "orc", "text", "binaryfile")
EVOLUTIONS = ("addnewcolumns", "rescue", "failonnewcolumns", "none")
# How files are found, which is the cloud's affair: the same files are read.
DISCOVERY = {
    "usenotifications", "usemanagedfileevents", "useincrementallisting", "backfillinterval", "fetchparallelism",
    "pathrewrites", "validateoptions", "listonstart", "maxfileage", "region", "queueurl", "queuename", "connectionstring",
    "resourcegroup", "subscriptionid", "tenantid", "clientid", "clientsecret", "resourcetag", "projectid",
}  # fmt: skip
OWN = {
    "format", "schemalocation", "infercolumntypes", "schemahints", "schemaevolutionmode", "includeexistingfiles",
    "maxfilespertrigger", "maxbytespertrigger", "partitioncolumns", "allowoverwrites", "cleansource",
    "rescueddatacolumn", "inferschema", "schemainference.samplesize",
}  # fmt: skip
# Values of a row beyond its columns that are rescued.
MOST_EXTRA = 16


def load(spark, options, schema, path, default_state=None):
    """A stream of the files' rows. `options`: as given, names in lower case; `default_state`: where a pipeline keeps schemas."""
    cloud = {name.removeprefix("cloudfiles."): value for name, value in options.items() if name.startswith("cloudfiles.")}
    plain = {name: value for name, value in options.items() if not name.startswith("cloudfiles.")}
    _check(cloud)
    return _Loader(spark, cloud, plain, schema, path, default_state).stream()


def _refuse(what, step="Leave it out, or run this on Databricks."):
    return Refused("python.auto-loader", f"Auto Loader: {what}", step)


def _check(cloud):
    for name, value in cloud.items():
        if name not in OWN | DISCOVERY:
            raise _refuse(f"cloudFiles.{name} is not emulated here.")
        if name in ("allowoverwrites",) and _true(value) or name == "includeexistingfiles" and not _true(value):
            raise _refuse(f"cloudFiles.{name} = {value} is not emulated here.")
        if name == "cleansource" and str(value).upper() != "OFF":
            raise _refuse(f"cloudFiles.cleanSource = {value} is not emulated here.")
        if name == "partitioncolumns" and value != "":
            raise _refuse(f"cloudFiles.partitionColumns = {value} is not emulated here.")
    if str(cloud.get("format", "")).lower() not in FORMATS:
        raise _refuse(f"cloudFiles.format = {cloud.get('format')} is not emulated here.", f"Use one of {', '.join(FORMATS)}.")


def _true(value):
    return str(value).lower() == "true"


class _Loader:
    def __init__(self, spark, cloud, plain, schema, path, default_state):
        self.spark = spark
        self.cloud = cloud
        self.plain = plain
        self.given = schema
        self.path = path
        self.format = cloud["format"].lower()
        self.state = cloud.get("schemalocation", default_state)
        self.rescued = cloud.get("rescueddatacolumn", plain.pop("rescueddatacolumn", None))
        self.evolution = cloud.get("schemaevolutionmode", "addNewColumns" if schema is None else "none").lower()
        if self.evolution not in EVOLUTIONS:
            raise _refuse(f"cloudFiles.schemaEvolutionMode = {self.evolution} is not emulated here.")

    def stream(self):
        if self.format in ("text", "binaryfile"):
            return self._reader("binaryFile" if self.format == "binaryfile" else "text").load(self.path)
        infers = self.given is None
        if infers and self.rescued is None:
            self.rescued = "_rescued_data"
        wanted = self._known() if infers else _schema(self.spark, self.given)
        if self.format == "json" and not _true(self.plain.get("multiline", "false")):
            return self._json(wanted)
        if self.format == "csv":
            return self._csv(wanted)
        return self._typed(wanted)

    # What the columns are

    def _known(self):
        """The schema that was inferred before, with what the files have beyond it; kept for the next time."""
        if self.state is None:
            raise _refuse(
                "a schema is inferred only where cloudFiles.schemaLocation says where to keep it.",
                "Set cloudFiles.schemaLocation, or give the stream a schema.",
            )
        place = _SchemaFile(self.spark, self.state)
        before, now = place.read(), self._inferred()
        if before is None:
            if now is None:
                raise _refuse(f"there is no file at {self.path} to infer a schema from.", "Land a file, or give a schema.")
            place.write(now)
            return now
        names = {field.name.lower() for field in before}
        added = [field for field in (now or []) if field.name.lower() not in names]
        if not added or self.evolution in ("rescue", "none"):
            return before
        if self.evolution == "failonnewcolumns":
            raise _refuse(f"new columns: {', '.join(field.name for field in added)} (failOnNewColumns).", "Change the schema.")
        # The cloud's stream ends at a new column, keeps it and is started again: the columns are those that it then has.
        grown = StructType([*before.fields, *added])
        place.write(grown)
        return grown

    def _inferred(self):
        files = self._files()
        if not files:
            return None
        if any("=" in part for file in files for part in file.split("/")[:-1]):
            raise _refuse("folders in the manner of name=value are columns there, which is not emulated here.")
        reader = self.spark.read.format(self.format).options(**self._source_options())
        typed = _true(self.cloud.get("infercolumntypes", "false")) or self.format in ("parquet", "avro", "orc")
        if self.format == "csv":
            reader = reader.option("inferSchema", typed)
        found = reader.load(self.path).schema
        fields = [
            StructField(field.name, field.dataType if typed else StringType())
            for field in found
            if field.name != "_corrupt_record"
        ]
        hints = _schema(self.spark, self.cloud["schemahints"]) if "schemahints" in self.cloud else []
        by_name = {field.name.lower(): field for field in hints}
        known = {field.name.lower() for field in fields}
        fields = [by_name.get(field.name.lower(), field) for field in fields]
        return StructType([*fields, *[hint for hint in hints if hint.name.lower() not in known]])

    def _files(self):
        """The files' paths below the path that is read."""
        reader = self.spark.read.format("binaryFile").options(**self._source_options())
        root = self.path.split("*")[0].rstrip("/")
        return [row.path.split(root, 1)[-1] for row in reader.load(self.path).select("path").collect()]

    # How rows are read

    def _source_options(self):
        options = {name: str(value) for name, value in self.plain.items()}
        if "filenamepattern" in options:
            options["pathglobfilter"] = options.pop("filenamepattern")
        # Auto Loader goes down into folders.
        return {"recursivefilelookup": "true", **options}

    def _reader(self, kind, **options):
        reader = self.spark.readStream.format(kind).options(**{**self._source_options(), **options})
        for name in ("maxFilesPerTrigger", "maxBytesPerTrigger"):
            if name.lower() in self.cloud:
                reader = reader.option(name, str(self.cloud[name.lower()]))
        return reader

    def _json(self, wanted):
        """Lines of text, each read once for the columns and once for what no column takes."""
        lines = self._reader("text").load(self.path).where(F.length(F.trim("value")) > 0)
        broken = "__medallion_broken"
        parsed = StructType([*wanted.fields, StructField(broken, StringType())])
        options = {**{name: str(value) for name, value in self.plain.items()}, "columnNameOfCorruptRecord": broken}
        row = F.from_json("value", parsed.simpleString(), options)
        frame = lines.withColumn("__row", row).withColumn("__raw", F.from_json("value", "map<string,string>"))
        columns = [F.col("__row").getField(field.name).alias(field.name) for field in wanted]
        if self.rescued is None:
            return frame.select(*columns)
        typed = {field.name: F.col("__row").getField(field.name) for field in wanted}
        return frame.select(*columns, self._rescued_json(typed))

    def _rescued_json(self, typed):
        """Values that no column has, or whose column could not take them; and the whole line where it is no object."""
        known = F.array(*[F.lit(name) for name in typed])
        unread = F.map_filter(F.col("__raw"), lambda name, value: ~F.array_contains(known, name) & value.isNotNull())
        for name, value in typed.items():
            missed = value.isNull() & F.col("__raw").getItem(name).isNotNull()
            part = F.map_from_arrays(F.array(F.lit(name)), F.array(F.col("__raw").getItem(name)))
            unread = F.map_concat(unread, F.when(missed, part).otherwise(F.from_json(F.lit("{}"), "map<string,string>")))
        path = F.map_from_arrays(F.array(F.lit("_file_path")), F.array(F.col("_metadata.file_path")))
        told = F.when(F.size(unread) > 0, F.to_json(F.map_concat(unread, path)))
        return F.coalesce(told, F.when(F.col("__raw").isNull(), F.col("value"))).alias(self.rescued)

    def _csv(self, wanted):
        """Columns by their place; a file whose header says otherwise ends the stream rather than mixing them up."""
        broken = "__medallion_broken"
        schema = StructType([*wanted.fields, StructField(broken, StringType())])
        reader = self._reader("csv", enforceSchema="false", columnNameOfCorruptRecord=broken).schema(schema)
        frame = reader.load(self.path)
        columns = [F.col(f"`{field.name}`") for field in wanted]
        if self.rescued is None:
            return frame.select(*columns)
        extra = [f"_c{index}" for index in range(len(wanted), len(wanted) + MOST_EXTRA)]
        names = [*[field.name for field in wanted], *extra]
        raw = F.from_csv(F.col(broken), ", ".join(f"`{name}` STRING" for name in names), _csv_options(self.plain))
        missed = [
            F.when(F.col(f"`{field.name}`").isNull(), raw.getField(field.name)).alias(field.name)
            for field in wanted
            if not isinstance(field.dataType, StringType)
        ]
        missed += [raw.getField(name).alias(name) for name in extra]
        told = F.to_json(F.struct(*missed, F.col("_metadata.file_path").alias("_file_path")))
        any_missed = F.coalesce(*missed).isNotNull()
        return frame.select(*columns, F.when(F.col(broken).isNotNull() & any_missed, told).alias(self.rescued))

    def _typed(self, wanted):
        """Formats whose files have types: a column of another type ends the stream."""
        options = {"mode": "FAILFAST"} if self.format in ("json", "avro") else {}
        frame = self._reader(self.format, **options).schema(wanted).load(self.path)
        if self.rescued is None:
            return frame
        return frame.select("*", F.lit(None).cast("string").alias(self.rescued))


def _csv_options(options):
    return {name: str(value) for name, value in options.items() if name in ("sep", "delimiter", "quote", "escape", "nullvalue")}


def _schema(spark, schema):
    return schema if isinstance(schema, StructType) else spark.createDataFrame([], schema).schema


class _SchemaFile:
    """The schema as it was last inferred: `_schemas/0` in the place that the stream names, as JSON."""

    def __init__(self, spark, place):
        jvm = spark.sparkContext._jvm
        self._path = jvm.org.apache.hadoop.fs.Path(f"{str(place).rstrip('/')}/_schemas/0")
        self._files = self._path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())

    def read(self):
        if not self._files.exists(self._path):
            return None
        stream = self._files.open(self._path)
        try:
            return StructType.fromJson(json.loads(bytes(stream.readAllBytes()).decode()))
        finally:
            stream.close()

    def write(self, schema):
        stream = self._files.create(self._path, True)
        try:
            stream.write(schema.json().encode())
        finally:
            stream.close()


def offer():
    """`spark.readStream.format("cloudFiles")`, for every program."""
    from pyspark.sql.streaming.readwriter import DataStreamReader

    _follow(DataStreamReader)
    real_load = DataStreamReader.load

    def load_files(self, path=None, format=None, schema=None, **options):
        if format is not None:
            self.format(format)
        if getattr(self, "_medallion_format", "").lower() != "cloudfiles":
            return real_load(self, path, None, schema, **options)
        self.options(**options)
        given = schema if schema is not None else getattr(self, "_medallion_schema", None)
        return load(self._spark, self._medallion_options, given, path, DEFAULT_STATE.get(path))

    DataStreamReader.load = load_files


class _DefaultState:
    """Where schemas are kept that name no place of their own: a pipeline keeps them for its streams."""

    place = None

    def get(self, path):
        if self.place is None:
            return None
        import hashlib

        return f"file://{os.path.join(self.place, hashlib.sha256(str(path).encode()).hexdigest()[:16])}"


DEFAULT_STATE = _DefaultState()


def _follow(reader):
    """The reader's options, which Spark's own object does not tell."""
    real = {name: getattr(reader, name) for name in ("format", "option", "options", "schema")}

    def keep(self, name, value):
        if not hasattr(self, "_medallion_options"):
            self._medallion_options = {}
        text = str(value).lower() if isinstance(value, bool) else str(value)
        self._medallion_options[name.lower()] = text

    def format_of(self, source):
        self._medallion_format = source
        return self if source.lower() == "cloudfiles" else real["format"](self, source)

    def option(self, key, value):
        keep(self, key, value)
        return real["option"](self, key, value)

    def options(self, **values):
        for key, value in values.items():
            keep(self, key, value)
        return real["options"](self, **values)

    def schema(self, given):
        self._medallion_schema = given
        return real["schema"](self, given)

    reader.format, reader.option, reader.options, reader.schema = format_of, option, options, schema

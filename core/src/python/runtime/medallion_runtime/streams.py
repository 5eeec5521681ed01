"""Streams from and to tables by name. Spark's own way needs tables that its session catalog keeps; here names are places."""

from .pipelines.graph import parts_of


def place_of(spark, bridge, name, to_write=False):
    """Where a Delta table of the lake lies, or None: a temporary view, or a name that Spark itself refuses."""
    parts = parts_of(name)
    if len(parts) > 3 or spark.catalog._jcatalog.currentCatalog() == "spark_catalog" and len(parts) < 3:
        return None
    if len(parts) == 1 and _is_view(spark, parts[0]):
        return None
    missing = [spark.catalog.currentCatalog(), spark.catalog.currentDatabase()][: 3 - len(parts)]
    catalog, schema, table = [*missing, *parts]
    found = bridge.call("find-table", catalog=catalog, schema=schema, table=table, toWrite=to_write)
    return found["location"] if found.get("format") == "DELTA" else None


def _is_view(spark, name):
    return spark._jsparkSession.sessionState().catalog().getTempView(name).isDefined()


def offer(bridge):
    """`spark.readStream.table` and `writeStream.toTable`, for every program."""
    from pyspark.sql.streaming.readwriter import DataStreamReader, DataStreamWriter

    real_table, real_to = DataStreamReader.table, DataStreamWriter.toTable

    def table(self, name):
        place = place_of(self._spark, bridge, name)
        return real_table(self, name) if place is None else self.format("delta").load(place)

    def to_table(self, name, format=None, outputMode=None, partitionBy=None, queryName=None, **options):
        spark = self._spark
        place = place_of(spark, bridge, name, to_write=True)
        if place is None:
            # A table begins empty, with the stream's columns.
            empty = spark.createDataFrame([], self._df.schema).writeTo(name).using("delta")
            columns = [partitionBy] if isinstance(partitionBy, str) else partitionBy or []
            (empty.partitionedBy(*columns) if columns else empty).create()
            place = place_of(spark, bridge, name, to_write=True)
        if place is None:
            return real_to(self, name, format, outputMode, partitionBy, queryName, **options)
        return self.start(place, format or "delta", outputMode, partitionBy, queryName, **options)

    DataStreamReader.table, DataStreamWriter.toTable = table, to_table

"""How datasets become tables: materialized views whole, streaming tables by what is new."""

import contextlib
import os

from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from ..auto_loader import DEFAULT_STATE
from ..bridge import Refused
from . import cdc

KINDS = {"materialized": "materializedView", "streaming": "streamingTable"}


@contextlib.contextmanager
def configuration(spark, values):
    before = {key: spark.conf.get(key, None) for key in values}
    for key, value in values.items():
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key, value in before.items():
            spark.conf.unset(key) if value is None else spark.conf.set(key, value)


# Before the first effect


def placeholder(update, schema, streams, options):
    """No rows of these columns."""
    if not streams:
        return update.spark.createDataFrame([], schema)
    folder = os.path.join(update.request["scratch"], "empty")
    os.makedirs(folder, exist_ok=True)
    frame = update.spark.readStream.schema(schema).format("parquet").load(f"file://{folder}")
    if options.get("readchangefeed") == "true" or options.get("readchangedata") == "true":
        return frame.selectExpr("*", "'' _change_type", "0L _commit_version", "timestamp'2000-01-01' _commit_timestamp")
    return frame


def check(update, dataset):
    """The columns of a table by its queries."""
    if not dataset.flows:
        if dataset.schema is None:
            return StructType([])
        return wanted_schema(update.spark, dataset)
    frames = []
    for flow in dataset.flows:
        frames.append((flow, update.frame_of(flow)))
    _check_kind(dataset, frames)
    flow, frame = frames[0]
    schema = flow.cdc.target(frame).schema if flow.cdc else frame.schema
    fields = {field.name.lower(): field for _, one in frames[1:] for field in one.schema}
    known = {field.name.lower() for field in schema}
    return StructType([*schema.fields, *[field for name, field in fields.items() if name not in known]])


def _check_kind(dataset, frames):
    streams = [frame.isStreaming or flow.kind == "once" for flow, frame in frames]
    name = ".".join(dataset.name)
    if dataset.kind == "table":
        dataset.kind = "streaming" if any(streams) else "materialized"
    if dataset.kind == "materialized" and any(streams):
        raise Refused(
            "pipelines.wrong-kind", f"The materialized view {name} has a streaming query.", "Use @dp.table, or read without a stream."
        )
    if dataset.kind == "streaming" and not all(streams):
        raise Refused(
            "pipelines.wrong-kind",
            f"A flow of the streaming table {name} has a query that does not stream.",
            "Read with spark.readStream, or use append_flow(once=True).",
        )


def wanted_schema(spark, dataset):
    if dataset.schema is None or isinstance(dataset.schema, StructType):
        return dataset.schema
    try:
        return StructType.fromDDL(dataset.schema)
    except Exception as error:
        raise Refused(
            "pipelines.not-emulated",
            f"The schema of {'.'.join(dataset.name)} holds more than names, types, NOT NULL and comments: {str(error).splitlines()[0]}",
            "Leave constraints, masks and generated columns out.",
        ) from error


def with_schema(dataset, frame):
    """The query's columns as the dataset declares them."""
    schema = wanted_schema(frame.sparkSession, dataset)
    if schema is None or not schema.fields:
        return frame
    there = {name.lower() for name in frame.columns}
    declared = {field.name.lower() for field in schema}
    if there != declared:
        raise ValueError(
            f"The query of {'.'.join(dataset.name)} gives the columns {', '.join(frame.columns)}, "
            f"and its schema declares {', '.join(field.name for field in schema)}."
        )
    return frame.select(*[F.col(f"`{field.name}`").cast(field.dataType).alias(field.name) for field in schema])


# Tables


def open_table(update, dataset, streams, reader):
    spark = update.spark
    if dataset.private:
        path = _private_path(update, dataset)
        return (reader or spark.readStream).format("delta").load(path) if streams else spark.read.format("delta").load(path)
    if streams:
        return update._real_stream(reader or spark.readStream, dataset.quoted)
    return spark.read.format("delta").load(_location(update, dataset, False))


def write(update, dataset):
    if dataset.kind == "materialized":
        return _materialize(update, dataset)
    if _resets(update, dataset):
        _forget(update, dataset)
    return _stream(update, dataset)


def _materialize(update, dataset):
    counts = update.counting()
    (flow,) = dataset.flows
    with configuration(update.spark, flow.conf):
        frame = update.frame_of(flow)
        _create(update, dataset, frame, replace=True)
    return {"kind": "materializedView", "expectations": counts.of_batch()}


def _create(update, dataset, frame, replace=False):
    if dataset.private:
        writer = frame.write.format("delta").mode("overwrite").option("overwriteSchema", "true")
        return writer.partitionBy(*dataset.partition_cols).save(_private_path(update, dataset))
    frame.createOrReplaceTempView("__medallion_rows")
    clauses = ["USING delta"]
    for word, names in (("PARTITIONED BY", dataset.partition_cols), ("CLUSTER BY", dataset.cluster_by)):
        if names:
            clauses.append(f"{word} ({', '.join(f'`{name}`' for name in names)})")
    if dataset.comment:
        clauses.append(f"COMMENT {_text(dataset.comment)}")
    if dataset.properties:
        pairs = ", ".join(f"{_text(key)} = {_text(value)}" for key, value in dataset.properties.items())
        clauses.append(f"TBLPROPERTIES ({pairs})")
    create = "CREATE OR REPLACE TABLE" if replace else "CREATE TABLE"
    statement = f"{create} {dataset.quoted} {' '.join(clauses)} AS SELECT * FROM __medallion_rows"
    update._real_sql(update.spark, statement)


def _text(value):
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _stream(update, dataset):
    schema = update.checked(dataset)
    if not _exists(update, dataset):
        if not schema.fields:
            raise Refused("pipelines.no-columns", f"{'.'.join(dataset.name)} has neither a schema nor a flow.", "Give it one.")
        _create(update, dataset, update.spark.createDataFrame([], schema))
    place = _location(update, dataset, True)
    state = os.path.join(_state(update, dataset), _table_id(update, place))
    counts = []
    for flow in dataset.flows:
        with configuration(update.spark, flow.conf):
            counts.extend(FLOWS[flow.kind](update, flow, place, os.path.join(state, flow.name)))
    return {"kind": "streamingTable", "expectations": _sum(counts)}


def _append(update, flow, place, state):
    counts = update.counting()
    frame = update.frame_of(flow)
    writer = frame.writeStream.format("delta").option("mergeSchema", "true")
    return _finished(writer, counts, state, lambda ready: ready.start(place))


def _apply_changes(update, flow, place, state):
    counts = update.counting()
    frame = update.frame_of(flow)
    apply = cdc.applier(flow.cdc, place, f"file://{state}.seen")
    return _finished(frame.writeStream.foreachBatch(apply), counts, state, lambda ready: ready.start())


def _finished(writer, counts, state, start):
    query = start(writer.option("checkpointLocation", f"file://{state}").trigger(availableNow=True))
    query.awaitTermination()
    return counts.of_stream(query.recentProgress)


def _once(update, flow, place, state):
    """Once for a table's life; Delta itself knows whether it was."""
    counts = update.counting()
    frame = update.frame_of(flow)
    writer = frame.write.format("delta").mode("append").option("mergeSchema", "true")
    if os.path.exists(state + ".once"):
        return []
    writer.option("txnAppId", f"medallion-once-{flow.name}").option("txnVersion", 1).save(place)
    os.makedirs(os.path.dirname(state), exist_ok=True)
    with open(state + ".once", "w", encoding="utf-8"):
        pass
    return counts.of_batch()


FLOWS = {"query": _append, "once": _once, "cdc": _apply_changes}


def _sum(counts):
    found = {}
    for one in counts:
        known = found.setdefault((one["dataset"], one["name"]), {**one, "passed": 0, "failed": 0, "dropped": 0})
        for number in ("passed", "failed", "dropped"):
            known[number] += one[number]
    return list(found.values())


# State


def _state(update, dataset):
    return os.path.join(update.request["state"], dataset.key)


def _private_path(update, dataset):
    return f"file://{os.path.join(_state(update, dataset), 'private')}"


@contextlib.contextmanager
def schema_place(update, flow):
    """Where Auto Loader keeps the schemas that it infers for this flow."""
    before = DEFAULT_STATE.place
    DEFAULT_STATE.place = os.path.join(_state(update, flow.target), "schemas", flow.name)
    try:
        yield
    finally:
        DEFAULT_STATE.place = before


def forget_schemas(update):
    import shutil

    for dataset in update.graph.datasets.values():
        if _resets(update, dataset):
            shutil.rmtree(os.path.join(_state(update, dataset), "schemas"), ignore_errors=True)


def _resets(update, dataset):
    wanted = update.request["fullRefresh"]
    allowed = dataset.properties.get("pipelines.reset.allowed", "true").lower() != "false"
    return wanted and allowed


def _forget(update, dataset):
    import shutil

    if not dataset.private and _exists(update, dataset):
        update._real_sql(update.spark, f"DROP TABLE {dataset.quoted}")
    shutil.rmtree(_state(update, dataset), ignore_errors=True)


def _exists(update, dataset):
    if dataset.private:
        from delta.tables import DeltaTable

        return DeltaTable.isDeltaTable(update.spark, _private_path(update, dataset))
    return "location" in _found(update, dataset, True)


def _location(update, dataset, to_write):
    return _private_path(update, dataset) if dataset.private else _found(update, dataset, to_write)["location"]


def _found(update, dataset, to_write):
    catalog, schema, table = dataset.name
    return update.task.bridge.call("find-table", catalog=catalog, schema=schema, table=table, toWrite=to_write)


def _table_id(update, place):
    from delta.tables import DeltaTable

    return DeltaTable.forPath(update.spark, place).detail().first()["id"]

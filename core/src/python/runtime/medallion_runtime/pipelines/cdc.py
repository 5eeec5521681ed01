"""Changes applied to a table in the order of their sequence (AUTO CDC, `apply_changes`): as type 1 and as type 2."""

import os
from dataclasses import dataclass

from pyspark.sql import Column, Window
from pyspark.sql import functions as F

from ..bridge import Refused

SEQUENCE, DELETED, CHANGED = "__medallion_sequence", "__medallion_deleted", "__medallion_changed"
START, END = "__START_AT", "__END_AT"


def _names(values):
    return [value if isinstance(value, str) else value._jc.toString().strip("`") for value in values or []]


@dataclass
class Changes:
    source: str
    keys: list
    sequence: object
    deletes: object
    columns: object
    excluded: list
    history: bool
    tracked: object
    untracked: list
    name: str

    @staticmethod
    def of(source, keys, sequence_by, options):
        given = {name: value for name, value in options.items() if value is not None and value is not False}
        refused = set(given) - {
            "apply_as_deletes", "column_list", "except_column_list", "stored_as_scd_type",
            "track_history_column_list", "track_history_except_column_list", "name", "flow_name",
        }  # fmt: skip
        kind = str(given.get("stored_as_scd_type", 1))
        if refused or kind not in ("1", "2"):
            what = ", ".join(sorted(refused)) or f"stored_as_scd_type={kind}"
            raise Refused("pipelines.not-emulated", f"{what} of AUTO CDC is not emulated here.", "Leave it out.")
        return Changes(
            source=source,
            keys=_names(keys),
            sequence=_column(sequence_by),
            deletes=_condition(given.get("apply_as_deletes")),
            columns=_names(given.get("column_list")) or None,
            excluded=_names(given.get("except_column_list")),
            history=kind == "2",
            tracked=_names(given.get("track_history_column_list")) or None,
            untracked=_names(given.get("track_history_except_column_list")),
            name=given.get("name") or given.get("flow_name"),
        )

    def source_of(self, update):
        """The stream of changes: a dataset of the pipeline, or a table of the lake."""
        found = update.read(self.source, True)
        return update.spark.readStream.table(update.lake_name(self.source)) if found is None else found

    def kept_columns(self, frame):
        if self.columns is not None:
            return [name for name in frame.columns if name in set(self.columns) | set(self.keys)]
        return [name for name in frame.columns if name not in self.excluded]

    def target(self, frame):
        """An empty frame of the target's columns."""
        data = frame.select(*[F.col(f"`{name}`") for name in self.kept_columns(frame)])
        if not self.history:
            return data
        sequence = frame.select(self.sequence.alias(START)).schema[0].dataType
        return data.withColumn(START, F.lit(None).cast(sequence)).withColumn(END, F.lit(None).cast(sequence))


def _column(value):
    return value if isinstance(value, Column) else F.col(value)


def _condition(value):
    if value is None:
        return F.lit(False)
    return F.coalesce(value if isinstance(value, Column) else F.expr(value), F.lit(False))


def applier(changes, target_path, state_path):
    """What a micro-batch does. What was seen is kept beside the table; doing a batch again changes nothing."""

    def apply(batch, _id):
        spark = batch.sparkSession
        data = changes.kept_columns(batch)
        events = batch.select(
            *[F.col(f"`{name}`") for name in data], changes.sequence.alias(SEQUENCE), changes.deletes.alias(DELETED)
        ).persist()
        try:
            missing = events.where(F.col(SEQUENCE).isNull()).limit(1).count()
            if missing:
                raise ValueError("sequence_by of AUTO CDC is NULL in a row: changes without an order cannot be applied.")
            _remember(spark, changes, events, state_path)
            touched = events.select(*_cols(changes.keys)).distinct()
            known = spark.read.format("delta").load(state_path)
            known = known.join(F.broadcast(touched), _same(known, touched, changes.keys), "left_semi")
            wanted = _history(changes, known, data) if changes.history else _latest(changes, known, data)
            _bring(spark, changes, wanted, touched, target_path, data)
        finally:
            events.unpersist()

    return apply


def _cols(names):
    return [F.col(f"`{name}`") for name in names]


def _same(left, right, keys):
    condition = F.lit(True)
    for key in keys:
        condition = condition & left[f"`{key}`"].eqNullSafe(right[f"`{key}`"])
    return condition


def _remember(spark, changes, events, path):
    """Type 1 keeps the last change of a key, type 2 all of them."""
    from delta.tables import DeltaTable

    order = [*changes.keys, SEQUENCE] if changes.history else changes.keys
    newest = Window.partitionBy(*_cols(order)).orderBy(F.col(SEQUENCE).desc(), F.col(DELETED).desc())
    events = events.withColumn("__n", F.row_number().over(newest)).where("__n = 1").drop("__n")
    if not DeltaTable.isDeltaTable(spark, path):
        os.makedirs(os.path.dirname(path.removeprefix("file://")), exist_ok=True)
        events.write.format("delta").save(path)
        return
    on = " AND ".join(f"t.`{name}` <=> s.`{name}`" for name in order)
    merge = DeltaTable.forPath(spark, path).alias("t").merge(events.alias("s"), on).withSchemaEvolution()
    if not changes.history:
        merge = merge.whenMatchedUpdateAll(f"s.`{SEQUENCE}` >= t.`{SEQUENCE}`")
    merge.whenNotMatchedInsertAll().execute()


def _latest(changes, known, data):
    return known.where(~F.col(DELETED)).select(*_cols(data))


def _history(changes, known, data):
    """A row for each stretch in which no tracked column changed, from its first change to the next one."""
    plain = [name for name in data if name not in changes.keys]
    tracked = changes.tracked or [name for name in plain if name not in changes.untracked]
    by_key = Window.partitionBy(*_cols(changes.keys)).orderBy(SEQUENCE)
    state = F.struct(F.col(DELETED), *_cols(tracked))
    before = F.lag(F.struct(state.alias("state"))).over(by_key)
    events = known.withColumn("__before", before)
    is_new = F.col("__before").isNull() | ~state.eqNullSafe(F.col("__before.state"))
    events = events.withColumn("__stretch", F.sum(is_new.cast("int")).over(by_key))
    # Of a stretch its columns are those of its last change: what is not tracked is brought up to date in place.
    last = [F.max_by(F.struct(F.col(f"`{name}`")), F.col(SEQUENCE)).alias(name) for name in plain]
    rows = events.groupBy(*_cols(changes.keys), "__stretch").agg(
        F.min(SEQUENCE).alias(START), F.max(DELETED).alias(DELETED), *last
    )
    over = Window.partitionBy(*_cols(changes.keys)).orderBy(START)
    rows = rows.withColumn(END, F.lead(START).over(over)).where(~F.col(DELETED))
    values = [F.col(f"`{name}`.`{name}`").alias(name) if name in plain else F.col(f"`{name}`") for name in data]
    return rows.select(*values, START, END)


def _bring(spark, changes, wanted, touched, path, data):
    """The rows of the touched keys become the wanted ones, in one commit."""
    from delta.tables import DeltaTable

    table = DeltaTable.forPath(spark, path)
    there = table.toDF()
    identity = [*changes.keys, START] if changes.history else changes.keys
    there = there.join(F.broadcast(touched), _same(there, touched, changes.keys), "left_semi")
    gone = there.join(wanted, _same(there, wanted, identity), "left_anti").withColumn(DELETED, F.lit(True))
    source = wanted.withColumn(DELETED, F.lit(False)).unionByName(gone, allowMissingColumns=True)
    on = " AND ".join(f"t.`{name}` <=> s.`{name}`" for name in identity)
    columns = [*data, *([START, END] if changes.history else [])]
    values = {f"`{name}`": f"s.`{name}`" for name in columns}
    # A column that is new to the table has nothing to differ from yet.
    old = [name for name in columns if name in there.columns]
    differs = " OR ".join(f"NOT (t.`{name}` <=> s.`{name}`)" for name in old) if len(old) == len(columns) else "true"
    (
        table.alias("t")
        .merge(source.alias("s"), on)
        .withSchemaEvolution()
        .whenMatchedDelete(f"s.`{DELETED}`")
        .whenMatchedUpdate(differs, values)
        .whenNotMatchedInsert(f"NOT s.`{DELETED}`", values)
        .execute()
    )

"""Two Delta tables, row by row, types included."""

from pyspark.sql import functions as F

SHOWN = 5


def tables(spark, work):
    """How `left` and `right` (paths) differ; `clocks`: for each side the first and last instant of its run, in seconds."""
    left, right = (spark.read.format("delta").load(work[side]) for side in ("left", "right"))
    types = [{field.name: field.dataType.simpleString() for field in frame.schema} for frame in (left, right)]
    found = {"leftRows": left.count(), "rightRows": right.count(), "types": _types(*types), "clockColumns": []}
    if list(types[0]) != list(types[1]):
        return {**found, "columns": [list(types[0]), list(types[1])], "onlyLeft": [], "onlyRight": []}
    if found["types"]:
        return {**found, "onlyLeft": [], "onlyRight": []}
    clocks = [name for name, kind in types[0].items() if kind == "timestamp" and _by_clock(left, right, name, work)]
    kept = [F.col(f"`{name}`") for name in types[0] if name not in clocks]
    # Maps cannot be compared as they are: their JSON can.
    plain = [F.to_json(column).alias(name) if "map<" in types[0][name] else column for column, name in
             zip(kept, [name for name in types[0] if name not in clocks])]
    left, right = left.select(*plain), right.select(*plain)
    only_left, only_right = left.exceptAll(right), right.exceptAll(left)
    return {
        **found,
        "clockColumns": clocks,
        "onlyLeft": _shown(only_left),
        "onlyRight": _shown(only_right),
        "onlyLeftRows": only_left.count(),
        "onlyRightRows": only_right.count(),
    }


def _types(left, right):
    return [f"{name}: {kind} and {right[name]}" for name, kind in left.items() if name in right and right[name] != kind]


def _by_clock(left, right, name, work):
    """Every value lies within the run that wrote it: current_timestamp(), which no two runs share."""
    return all(_within(frame, name, clock) for frame, clock in zip((left, right), work["clocks"]))


def _within(frame, name, clock):
    column = F.col(f"`{name}`").cast("double")
    first, last, missing = frame.agg(F.min(column), F.max(column), F.count(F.when(column.isNull(), 1))).first()
    return first is not None and missing == 0 and clock[0] <= first and last <= clock[1]


def _shown(frame):
    return [[None if value is None else str(value) for value in row] for row in frame.limit(SHOWN).collect()]

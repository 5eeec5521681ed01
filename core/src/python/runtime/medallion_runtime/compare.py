"""Two Delta tables, row by row, types included."""

import json

from pyspark.sql import functions as F

SHOWN = 5


def tables(spark, work):
    """How `left` and `right` (paths) differ; `clocks`: for each side the first and last instant of its run, in seconds."""
    left, right = (spark.read.format("delta").load(work[side]) for side in ("left", "right"))
    types = [{field.name: field.dataType.simpleString() for field in frame.schema} for frame in (left, right)]
    found = {"leftRows": left.count(), "rightRows": right.count(), "types": _types(*types), "clockColumns": [], "objectColumns": []}
    if list(types[0]) != list(types[1]):
        return {**found, "columns": [list(types[0]), list(types[1])], "onlyLeft": [], "onlyRight": []}
    if found["types"]:
        return {**found, "onlyLeft": [], "onlyRight": []}
    names = [name for name in types[0] if name not in (clocks := _clock_columns(left, right, types[0], work))]
    # Maps cannot be compared as they are: their JSON can.
    plain = [F.to_json(F.col(f"`{name}`")).alias(name) if "map<" in types[0][name] else F.col(f"`{name}`") for name in names]
    left, right = left.select(*plain), right.select(*plain)
    only_left, only_right = left.exceptAll(right).cache(), right.exceptAll(left).cache()
    shown_left, shown_right = _shown(only_left), _shown(only_right)
    objects = []
    if shown_left and shown_right:
        texts = [name for name in names if types[0][name] == "string"]
        objects = [name for name in texts if _holds_objects(only_left, name) and _holds_objects(only_right, name)]
    if objects:
        sorted_left, sorted_right = _sorted(only_left, objects).cache(), _sorted(only_right, objects).cache()
        only_left, only_right = sorted_left.exceptAll(sorted_right), sorted_right.exceptAll(sorted_left)
        shown_left, shown_right = _shown(only_left), _shown(only_right)
    return {
        **found,
        "clockColumns": clocks,
        "objectColumns": objects,
        "onlyLeft": shown_left,
        "onlyRight": shown_right,
        # Rows are counted again only where there are some.
        "onlyLeftRows": only_left.count() if shown_left else 0,
        "onlyRightRows": only_right.count() if shown_right else 0,
    }


def _clock_columns(left, right, types, work):
    return [name for name, kind in types.items() if kind == "timestamp" and _by_clock(left, right, name, work)]


def _holds_objects(frame, name):
    """The column's values in these rows are JSON objects, at least one: their members have no order to differ in."""
    value = F.col(f"`{name}`")
    isnt = value.isNotNull() & (~value.startswith("{") | F.expr(f"try_parse_json(`{name}`) IS NULL"))
    wrong, all_of_them = frame.agg(F.count(F.when(isnt, 1)), F.count(value)).first()
    return wrong == 0 and all_of_them > 0


def _sorted(frame, names):
    canonical = F.udf(lambda text: None if text is None else json.dumps(json.loads(text), sort_keys=True))
    return frame.withColumns({name: canonical(F.col(f"`{name}`")) for name in names})


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

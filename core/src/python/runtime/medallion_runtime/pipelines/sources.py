"""A pipeline's sources: Python is run for what it defines, SQL comes as its definitions."""

from pyspark.sql import functions as F

from .. import auto_loader, read_files
from ..bridge import Refused
from ..notebook import Notebook
from . import api
from .cdc import Changes
from .graph import Dataset, Expectation, Flow
from .update import Update


def update(task, share):
    """One update of the pipeline that the request describes."""
    request = {**task.request, "scratch": task.request["session"]["spark"]["spark.local.dir"]}
    running = Update(task, request)
    api.offer(running.graph, running.read_named, lambda name: running.read_named(name, True))
    task.spark.sql(f"USE `{request['catalog']}`.`{request['schema']}`")
    return running.run(lambda one: _run(task, one, share))


def _run(task, running, share):
    for index, source in enumerate(running.request["sources"]):
        if "datasets" in source:
            for dataset in source["datasets"]:
                _define(running, source["file"], dataset, index)
            continue
        notebook = Notebook(task, source["file"], {})
        share(notebook)
        notebook.run()
    # A flow may stand before the table that it fills.
    for index, source in enumerate(running.request["sources"]):
        for flow in source.get("flows", []):
            _flow(running, source["file"], flow, index)


def _define(running, file, told, index):
    place = (file, told["line"])
    dataset = running.graph.add(
        Dataset(
            name=running.graph.full_name(told["name"]),
            kind=told["kind"],
            place=place,
            private=told["isPrivate"] and told["kind"] != "view",
            comment=told.get("comment"),
            properties=told["properties"],
            partition_cols=told["partitionedBy"],
            cluster_by=told["clusteredBy"],
            expectations=[Expectation(**rule) for rule in told["expectations"]],
        )
    )

    dataset.schema = told.get("schema")
    if "query" in told:
        dataset.flows.append(Flow(dataset.name[-1], dataset, _query(running, told, index), place=place))


def _query(running, told, index):
    """What runs a text of SQL, whose calls of `read_files` are views."""

    def query():
        text = told["query"]
        for call in told["files"]:
            view = f"{call['view']}_{index}"
            text = text.replace(call["view"], view)
            _files(running.spark, {**call, "view": view}, f"stream {view}" in _plain(text))
            text = _without_stream(text, view)
        return running.spark.sql(text)

    return query


def _flow(running, file, told, index):
    place = (file, told["line"])
    graph = running.graph
    target = graph.target_of(told["target"], "A flow")
    name = told.get("name") or target.name[-1]
    if any(flow.name == name for flow in target.flows):
        raise Refused("pipelines.defined-twice", f"The flow {name} is defined twice.", "Give one of them another name.")
    if told["kind"] != "cdc":
        target.flows.append(Flow(name, target, _query(running, told, index), told["kind"], place))
        return
    if target.flows:
        raise Refused("pipelines.not-emulated", f"Several flows into {told['target']}, one of them of changes.", "Keep one.")
    changes = told["changes"]
    source = changes["source"].get("name") or _changes_view(running, target, changes["source"], place, index)
    cdc = Changes.of(source, changes["keys"], F.expr(changes["sequence"]), {
        "apply_as_deletes": changes.get("deletes"),
        "stored_as_scd_type": changes["scdType"],
        **_choice("", changes.get("columns")),
        **_choice("track_history_", changes.get("tracked")),
    })  # fmt: skip
    target.flows.append(Flow(name, target, None, "cdc", place, cdc=cdc))


def _choice(prefix, chosen):
    if not chosen:
        return {}
    only = "only" in chosen
    return {f"{prefix}{'column_list' if only else 'except_column_list'}": chosen["only" if only else "except"]}


def _changes_view(running, target, told, place, index):
    """A query whose rows are changes, as a view of the pipeline."""
    name = f"__changes_of_{target.name[-1]}"
    view = running.graph.add(Dataset(name=running.graph.full_name(f"`{name}`"), kind="view", place=place))
    view.flows.append(Flow(name, view, _query(running, told, index), place=place))
    return f"`{name}`"


def _plain(text):
    return " ".join(text.lower().replace("(", " ").replace(")", " ").split())


def _without_stream(text, view):
    import re

    return re.sub(rf"(?i)\bSTREAM\s*\(\s*{view}\s*\)|\bSTREAM\s+{view}\b", view, text)


def _files(spark, call, streams):
    """`read_files`, once or as a stream of Auto Loader's."""
    if not streams:
        return read_files.define(spark, call, {})
    path = spark.sql(f"SELECT {call['path']}").first()[0]
    options = {name: spark.sql(f"SELECT {text}").first()[0] for name, text in call["options"].items()}
    schema = options.pop("schema", None)
    given = {f"cloudfiles.{name}" if name in auto_loader.OWN else name: value for name, value in options.items()}
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    frame = auto_loader.load(spark, given, schema, path, auto_loader.DEFAULT_STATE.get(path))
    columns = ["*", "_metadata"] if call["usesMetadata"] else ["*"]
    frame.select(*columns).createOrReplaceTempView(call["view"])

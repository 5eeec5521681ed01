"""A pipeline's sources: Python is run for what it defines, SQL comes as its definitions."""

from .. import auto_loader, read_files
from ..notebook import Notebook
from . import api
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

    def query():
        text = told["query"]
        for call in told["files"]:
            view = f"{call['view']}_{index}"
            text = text.replace(call["view"], view)
            _files(running.spark, {**call, "view": view}, f"stream {view}" in _plain(text))
            text = _without_stream(text, view)
        return running.spark.sql(text)

    dataset.flows.append(Flow(dataset.name[-1], dataset, query, place=place))


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

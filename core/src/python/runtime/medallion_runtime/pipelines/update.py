"""An update of a pipeline: its sources are read, its graph is checked as a whole, then each dataset is brought up to date."""

import os
import re
import time

from ..bridge import Refused
from ..faults import describe
from . import reading, writing
from .expectations import Counts
from .graph import Graph

VIOLATED = re.compile(r"The expectation '.*?' of .*? is violated .*")


class Update:
    """`phase`: `define` while sources run, `check` before the first effect, `write` after it."""

    def __init__(self, task, request):
        self.task = task
        self.spark = task.spark
        self.request = request
        self.graph = Graph(request["catalog"], request["schema"])
        self.phase = "define"
        self._real_stream = None
        self._schemas = {}
        self._checking = []
        self._reads = {}
        self._counts = None
        self._views = 0
        self._real_sql = None

    # Reads, as sources ask for them.

    def read(self, name, streams, options=None, reader=None):
        """What a dataset of the pipeline gives its reader; None for what is none of the pipeline's."""
        dataset = self.graph.find(name)
        if dataset is None or self.phase == "define":
            return None
        if self._checking:
            self._reads[self._checking[-1]].add(dataset.key)
        if dataset.kind == "view":
            return self.rows_of(dataset)
        if self.phase == "check":
            return writing.placeholder(self, self.checked(dataset), streams, options or {})
        return writing.open_table(self, dataset, streams, reader)

    def read_named(self, name, streams=False):
        """`dlt.read`: what no dataset is called is a table of the lake."""
        reader = self.spark.readStream if streams else self.spark.read
        return reader.table(self.lake_name(name))

    def lake_name(self, name):
        return ".".join(f"`{part}`" for part in self.graph.full_name(name))

    def rewrite(self, text, spark):
        if self.phase == "define":
            return text
        return reading.rewritten(text, lambda name, streams: self._view_of(name, streams, spark))

    def _view_of(self, name, streams, spark):
        frame = self.read(name, streams)
        if frame is None:
            if not streams:
                return None
            frame = spark.readStream.table(name)
        self._views += 1
        view = f"__medallion_{self._views}"
        frame.createOrReplaceTempView(view)
        return view

    # Frames

    def rows_of(self, dataset):
        """The rows of a view, or of the one query of a table, after what is expected of them."""
        (flow,) = dataset.flows
        return self.frame_of(flow)

    def frame_of(self, flow):
        dataset = flow.target
        if dataset.key in self._checking:
            circle = [*self._checking[self._checking.index(dataset.key) :], dataset.key]
            raise Refused(
                "jobs.invalid-graph",
                f"The datasets of the pipeline read one another in a circle: {', '.join(circle)}.",
                "Let one of them read something else.",
            )
        self._reads.setdefault(dataset.key, set())
        self._checking.append(dataset.key)
        try:
            with writing.configuration(self.spark, flow.conf), writing.schema_place(self, flow):
                frame = flow.cdc.source_of(self) if flow.cdc else flow.function()
        finally:
            self._checking.pop()
        if not hasattr(frame, "isStreaming"):
            raise TypeError(f"The query of {flow.name} gives {type(frame).__name__}, and no DataFrame.")
        counts = self._counts or Counts()
        return frame if flow.cdc else counts.apply(dataset, writing.with_schema(dataset, frame))

    def checked(self, dataset):
        """The columns that a dataset will have, by its queries, with nothing read or written."""
        if dataset.key not in self._schemas:
            self._reads.setdefault(dataset.key, set())
            self._schemas[dataset.key] = writing.check(self, dataset)
        return self._schemas[dataset.key]

    # The update

    def run(self, run_sources):
        self._real_sql, self._real_stream = reading.follow(self)
        # What expectations count is told with the progress of each batch: none may be forgotten.
        self.spark.conf.set("spark.sql.streaming.numRecentProgressUpdates", "1000000")
        for key, value in self.request["configuration"].items():
            self.spark.conf.set(key, value)
        run_sources(self)
        if self.request["fullRefresh"]:
            writing.forget_schemas(self)
        self.phase = "check"
        for dataset in list(self.graph.datasets.values()):
            self._located(dataset, lambda dataset=dataset: self._check(dataset))
        self.phase = "write"
        return self._write_all()

    def _check(self, dataset):
        if dataset.kind == "view":
            self._reads.setdefault(dataset.key, set())
            self.rows_of(dataset)
        else:
            self.checked(dataset)

    def _write_all(self):
        """Each dataset after those that it reads; one that fails takes only those along that read it."""
        first, lost = None, set()
        for dataset in self._ordered():
            missing = lost & self._reads[dataset.key]
            if missing:
                lost.add(dataset.key)
                continue
            if dataset.kind == "view":
                continue
            try:
                self._located(dataset, lambda dataset=dataset: self._write(dataset))
            except Exception as error:  # noqa: BLE001 - told when the other datasets are done.
                first = first or error
                lost.add(dataset.key)
                print(f"{'.'.join(dataset.name)}: failed: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
        if first is not None:
            raise first

    def _write(self, dataset):
        started = time.perf_counter()
        done = writing.write(self, dataset)
        name = ".".join(dataset.name)
        file, line = dataset.place or (None, 1)
        self.task.bridge.call(
            "dataset-done",
            dataset=name.lower(),
            kind=done["kind"],
            seconds=time.perf_counter() - started,
            expectations=done["expectations"],
            line=line,
            **({"file": os.path.relpath(file, self.task.request["folder"])} if file else {}),
        )
        print(f"{name}: {done['kind']} is up to date")

    def counting(self):
        """Counts of what is evaluated from now on."""
        self._counts = Counts()
        return self._counts

    def _ordered(self):
        order, seen = [], set()

        def visit(key):
            if key in seen or key not in self.graph.datasets:
                return
            seen.add(key)
            for read in sorted(self._reads.get(key, ())):
                visit(read)
            order.append(self.graph.datasets[key])

        for key in self.graph.datasets:
            visit(key)
        return order

    def _located(self, dataset, work):
        """An error whose traceback holds no line of the user's is told at the dataset."""
        try:
            return work()
        except Exception as error:
            violated = VIOLATED.search(str(error))
            if violated:
                failed = Refused("pipelines.expectation-failed", violated.group(), "Correct the rows, or drop them.")
                failed.medallion_place = (*dataset.place, None)
                raise failed from None
            told = describe(error, self.task.request["folder"])
            if "line" not in told and dataset.place and not hasattr(error, "medallion_place"):
                error.medallion_place = (*dataset.place, None)
            raise

"""A task of one of the kinds, in the session of its own; how it ended goes back to Medallion."""

import os
import runpy
import signal
import subprocess
import sys
import threading

from . import auto_loader, cells, engine, entry_points, metrics, output, session, streams, volumes, workspace_client
from .bridge import Bridge, Refused
from .dbutils import DBUtils
from .faults import NotebookExit, describe
from .notebook import Notebook


class Task:
    def __init__(self, request):
        self.request = request
        settings = request["session"]
        self.bridge = Bridge(settings["bridge"]["url"], settings["bridge"]["secret"])
        self.may_install = request.get("mayInstall", False)
        if request.get("workspaceClient"):
            workspace_client.offer(request["workspaceClient"], settings["spark"]["spark.local.dir"])
        self.spark = session.start(settings)
        auto_loader.offer()
        streams.offer(self.bridge)
        self._notebook = None
        self._main = None

    def run(self):
        return KINDS[self.request["kind"]](self)

    # What notebooks share.

    def dbutils(self, notebook, parameters):
        def run(path, arguments):
            found = cells.find(os.path.normpath(os.path.join(os.path.dirname(notebook.path), path)))
            if found is None:
                raise Refused("python.notebook-not-found", f"There is no notebook {path}.", "Correct the path.")
            return Notebook(self, found, arguments).run()

        return DBUtils(self.spark, self.bridge, parameters, run, output.hide, notebook.restart)

    def sql(self, spark, text, values):
        return spark.sql(text, args=values)

    # The kinds.

    def notebook(self):
        path = self.request["file"]
        self._main = Notebook(self, path, self.request["parameters"])
        self._share(self._main)
        return self._main.run()

    def script(self):
        path = self.request["file"]
        notebook = Notebook(self, path, self.request["parameters"])
        self._share(notebook)
        sys.argv = [path, *self.request["arguments"]]
        # A file has the names of a notebook too.
        given = {name: value for name, value in notebook.names.items() if not name.startswith("__")}
        _run_as_program(lambda: runpy.run_path(path, given, run_name="__main__"))

    def wheel(self):
        package, entry = self.request["package"], self.request["entryPoint"]
        self._share(Notebook(self, self.request["file"], self.request["parameters"]))
        sys.argv = [package, *self.request["arguments"]]
        _run_as_program(entry_points.find(package, entry, self.request["file"]))

    def pipeline(self):
        from .pipelines import sources

        return sources.update(self, self._share)

    def engine(self):
        return engine.serve(self)

    def _share(self, notebook):
        """`databricks.sdk.runtime` and files give the same objects as a notebook has."""
        volumes.mount(notebook.dbutils.fs, self.request.get("workspace"))
        metrics.install(self.bridge)
        session.offer_runtime({name: value for name, value in notebook.names.items() if not name.startswith("__")})

    def place(self):
        return self._main.place if self._main else None


KINDS = {
    "notebook": Task.notebook,
    "script": Task.script,
    "wheel": Task.wheel,
    "pipeline": Task.pipeline,
    "engine": Task.engine,
}


def _without_java(task, error):
    """What the failure comes from where Spark's Java process is gone: every later call fails in words of its own."""
    process = getattr(task.spark.sparkContext._gateway, "proc", None) if task else None
    if process is None:
        return {}
    broken = type(error).__module__.startswith("py4j") or isinstance(error, OSError)
    try:
        # What is killed takes a moment to be gone.
        code = process.wait(5 if broken else 0)
    except subprocess.TimeoutExpired:
        return {}
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return {
        "code": "python.spark-died",
        "message": f"Spark's Java process ended {how} while the program ran.",
        "next_step": "A lack of memory ends it so: close other programs, or set spark.driver.memory (PYSPARK_SUBMIT_ARGS), "
        "and read the last lines of the run's log.",
    }


def _run_as_program(work):
    try:
        work()
    except SystemExit as ended:
        if ended.code not in (None, 0):
            raise RuntimeError(f"The program ended with {ended.code}.") from ended


def end_with_parent():
    """Whoever started this keeps our input open: when it is gone, so are we and Spark."""

    def watch():
        while sys.stdin.readline():
            pass
        os.killpg(os.getpgrp(), signal.SIGKILL) if hasattr(os, "killpg") else os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main(request):
    """The exit code. A failure is reported in the words that the run's record keeps."""
    settings = request["session"]["bridge"]
    bridge = Bridge(settings["url"], settings["secret"])
    task = None
    try:
        task = Task(request)
        value = task.run()
    except NotebookExit as done:
        value = done.value
    except BaseException as error:  # noqa: BLE001 - whatever the user's code raises is told, and ends the task.
        found = {**describe(error, request["folder"], task.place() if task else None), **_without_java(task, error)}
        print("\n".join(found["traceback"]), file=sys.stderr)
        bridge.call("failed", **found)
        return 1
    bridge.call("succeeded", **({} if value is None else {"exitValue": value}))
    return 0

"""How a failure is told: its type and message, the traceback's last lines, and the user's own place."""

import os
import traceback

from . import databricks_spark

LAST_LINES = 12


class NotebookExit(BaseException):
    """`dbutils.notebook.exit`: no Exception, so that no `except Exception` of the notebook keeps it."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


def describe(error, folder, place=None):
    """`folder`: where the user's files lie. `place`: (file, line, cell) where no Python line tells it (SQL cells)."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_users(frame.filename, folder)]
    lines = traceback.format_exception_only(type(error), error)
    shown = [line for frame in frames for line in traceback.format_list([frame])] + lines
    found = {"type": type(error).__name__, "message": _first_lines(error), "traceback": _last("".join(shown))}
    if frames:
        file, _, cell = frames[-1].filename.partition("#cell ")
        found.update(file=os.path.relpath(file, folder), line=frames[-1].lineno, **({"cell": int(cell)} if cell else {}))
    elif isinstance(error, SyntaxError) and error.filename and _is_users(error.filename, folder):
        file, _, cell = error.filename.partition("#cell ")
        found.update(file=os.path.relpath(file, folder), line=error.lineno, **({"cell": int(cell)} if cell else {}))
    elif place is not None:
        file, line, cell = place
        found.update(file=os.path.relpath(file, folder), line=line, cell=cell)
    refused = error if hasattr(error, "code") else databricks_spark.refusal_of(error)
    if hasattr(refused, "next_step"):
        found.update(code=refused.code, next_step=refused.next_step, message=refused.text)
    return found


def _is_users(filename, folder):
    path = os.path.abspath(filename)
    return path.startswith(os.path.join(folder, "")) and "site-packages" not in path


def _first_lines(error):
    text = str(error).strip() or type(error).__name__
    # Spark appends the query's plan and Java's stack to what it says.
    return text.split("\n\nJVM stacktrace")[0].split(";\n'")[0].split("\n\tat ")[0][:1500]


def _last(text):
    return text.rstrip().split("\n")[-LAST_LINES:]

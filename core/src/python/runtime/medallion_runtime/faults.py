"""How a failure is told: its type and message, the traceback's last lines, and the user's own place."""

import os
import sys
import traceback

from . import databricks_spark

LAST_LINES = 12


class NotebookExit(BaseException):
    """`dbutils.notebook.exit`: no Exception, so that no `except Exception` of the notebook keeps it."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


# Modules that jobs import often and that pip has under another name.
_DISTRIBUTIONS = {
    "databricks.sdk": "databricks-sdk",
    "databricks.labs.dqx": "databricks-labs-dqx",
    "databricks.vector_search": "databricks-vectorsearch",
    "databricks.feature_engineering": "databricks-feature-engineering",
    "azure.identity": "azure-identity",
    "azure.storage.blob": "azure-storage-blob",
    "azure.storage.filedatalake": "azure-storage-file-datalake",
    "azure.keyvault.secrets": "azure-keyvault-secrets",
    "azure.eventhub": "azure-eventhub",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


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
    elif (known := getattr(error, "medallion_place", place)) is not None:
        file, line, cell = known
        found.update(file=os.path.relpath(file, folder), line=line, **({} if cell is None else {"cell": cell}))
    if isinstance(error, ModuleNotFoundError):
        found.update(_missing_package(error))
    refused = error if hasattr(error, "code") else databricks_spark.refusal_of(error)
    if hasattr(refused, "next_step"):
        found.update(code=refused.code, next_step=refused.next_step, message=refused.text)
    return found


# What a runtime of Databricks brings and nobody can install: the module's name, and why it is not here.
_DATABRICKS_ONLY = {
    "dbruntime": "is a part of Databricks' runtime",
    "databricks.feature_store": "needs a workspace's feature store",
    "databricks.automl": "needs a workspace",
}


def _missing_package(error):
    name = error.name or ""
    known = next((why for module, why in _DATABRICKS_ONLY.items() if name == module or name.startswith(f"{module}.")), None)
    if known:
        step = "Run this task on Databricks."
        return {"code": "python.package-missing", "message": f"The module {name} {known}, and is not emulated.", "next_step": step}
    return {
        "code": "python.package-missing",
        "message": f"This Python has no module {name}, which the program imports.",
        "next_step": f"Install the package that holds it: {sys.executable} -m pip install {_distribution(name)}",
    }


def _distribution(module):
    known = (pip for name, pip in _DISTRIBUTIONS.items() if module == name or module.startswith(f"{name}."))
    return next(known, module.split(".")[0])


def _is_users(filename, folder):
    path = os.path.abspath(filename)
    # `<frozen ...>` and `<string>` are no files.
    return not filename.startswith("<") and path.startswith(os.path.join(folder, "")) and "site-packages" not in path


def _first_lines(error):
    text = str(error).strip() or type(error).__name__
    # Spark appends the query's plan and Java's stack to what it says.
    return text.split("\n\nJVM stacktrace")[0].split(";\n'")[0].split("\n\tat ")[0][:1500]


def _last(text):
    return text.rstrip().split("\n")[-LAST_LINES:]

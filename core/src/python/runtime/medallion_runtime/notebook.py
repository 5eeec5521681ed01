"""Runs a notebook's cells, one after the other, in one namespace."""

import ast
import linecache
import os
import re
import shlex

from . import cells, display, packages, sql_text
from .bridge import Refused
from .faults import NotebookExit

LINE_MAGIC = re.compile(r"^%(\w+)\s*(.*)$")
REFUSED = {"scala": "Scala", "r": "R", "sh": "shell commands"}


class Notebook:
    """`host`: what notebooks of one task share (task.py): the session, and how to make `dbutils`."""

    def __init__(self, host, path, parameters):
        self._host = host
        self.path = path
        self.spark = host.spark
        self.dbutils = host.dbutils(self, parameters)
        self.names = {}
        self.restart()
        # Where the running cell stands, for cells without Python lines.
        self.place = None

    def restart(self):
        """The names that a notebook begins with, and no others."""
        self.names.clear()
        self.names |= {
            "__name__": "__main__",
            "__file__": self.path,
            "spark": self.spark,
            "sc": self.spark.sparkContext,
            "sqlContext": self.spark,
            "sql": self.spark.sql,
            "table": self.spark.table,
            "dbutils": self.dbutils,
            "display": display.show,
            "displayHTML": display.show_html,
            "getArgument": self.dbutils.widgets.getArgument,
        }

    def run(self):
        """Returns what the notebook exits with, or None at its end."""
        try:
            self._include(self.path)
        except NotebookExit as done:
            return done.value
        return None

    def _include(self, path):
        for cell in cells.read(path):
            self.place = (path, cell.line if cell.in_file else 1, cell.number)
            self._cell(path, cell)

    def _cell(self, path, cell):
        if cell.language == "python":
            self._python(path, cell)
        elif cell.language == "sql":
            self._sql(path, cell)
        elif cell.language in ("run", "pip", "fs"):
            for line in cell.source.split("\n"):
                self._magic(path, line.strip())
        elif cell.language in REFUSED:
            what = REFUSED[cell.language]
            raise Refused("python.cell-not-emulated", f"Cell {cell.number} holds {what}.", "Write the cell in Python or SQL.")

    def _python(self, path, cell):
        lines = cell.source.split("\n")
        if any(line.startswith("%") for line in lines):
            lines = self._without_magics(path, lines)
        # The cell's text stands on the lines of its file, so that tracebacks name the user's own places.
        name = path if cell.in_file else f"{path}#cell {cell.number}"
        text = "\n" * (cell.line - 1) + "\n".join(lines)
        if not cell.in_file:
            linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        tree = ast.parse(text, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), self.names)
        if last is None:
            return
        value = eval(compile(ast.Expression(last.value), name, "eval"), self.names)
        if value is not None:
            display.show(value)

    def _without_magics(self, path, lines):
        for index, line in enumerate(lines):
            if line.startswith("%"):
                self._magic(path, line)
                lines = [*lines[:index], "", *lines[index + 1 :]]
        return lines

    def _magic(self, path, line):
        match = LINE_MAGIC.match(line)
        if match is None:
            if line == "":
                return
            raise Refused("python.magic-not-emulated", f"{line} is no magic command.", "Remove the line.")
        name, rest = match.groups()
        if name == "run":
            self._run(path, rest)
        elif name == "restart_python":
            self.restart()
        elif name == "pip":
            packages.install(rest, self._host.may_install)
        elif name == "fs":
            words = shlex.split(rest)
            display.show(getattr(self.dbutils.fs, words[0])(*words[1:]))
        else:
            raise Refused("python.magic-not-emulated", f"%{name} is not emulated.", "Write the line in Python.")

    def _run(self, path, rest):
        """`%run ./other $name="value"`: the other notebook's cells, here."""
        target, *arguments = shlex.split(rest)
        found = cells.find(os.path.normpath(os.path.join(os.path.dirname(path), target)))
        if found is None:
            raise Refused("python.notebook-not-found", f"%run names {target}, which is not here.", "Correct the path.")
        for argument in arguments:
            name, _, value = argument.lstrip("$").partition("=")
            self.dbutils.widgets._given[name] = value
        outer = self.place
        self._include(found)
        self.place = outer

    def _sql(self, path, cell):
        values = self.dbutils.widgets.getAll()
        result = None
        for statement, offset in sql_text.split(cell.source):
            if cell.in_file:
                self.place = (path, cell.line + offset, cell.number)
            # Widgets as older notebooks write them; `:name` goes to Spark as a parameter.
            text = re.sub(r"\$\{(\w+)\}", lambda found: values.get(found.group(1), found.group()), statement)
            result = self._host.sql(self.spark, text, values)
        if result is not None and result.columns:
            self.names["_sqldf"] = result
            display.show(result)

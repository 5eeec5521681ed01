"""Notebooks as cells: Databricks' `.py` and `.sql` source format, and `.ipynb`."""

import json
import os
from dataclasses import dataclass

SEPARATORS = {".py": "# COMMAND ----------", ".sql": "-- COMMAND ----------"}
MAGICS = {".py": "# MAGIC", ".sql": "-- MAGIC"}
LANGUAGES = {".py": "python", ".sql": "sql", ".ipynb": "python"}


@dataclass(frozen=True)
class Cell:
    """`number` counts from 1. `line` is the line of `source`'s first line: in the file, or in the cell for `.ipynb`."""

    number: int
    language: str
    source: str
    line: int
    in_file: bool


def find(path):
    """The file of a notebook whose ending may be left out, or None."""
    for ending in ("", ".py", ".ipynb", ".sql"):
        if os.path.isfile(path + ending):
            return path + ending
    return None


def read(path):
    """The notebook's cells in their order, empty ones left out."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    ending = os.path.splitext(path)[1].lower()
    cells = _of_ipynb(text) if ending == ".ipynb" else _of_source(text, ending)
    return [cell for cell in cells if cell.source.strip()]


def _of_ipynb(text):
    cells = []
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        if cell["cell_type"] != "code":
            continue
        source = cell["source"]
        lines = ("".join(source) if isinstance(source, list) else source).split("\n")
        cells.append(_cell(number, lines, 1, "python", False))
    return cells


def _of_source(text, ending):
    separator, magic = SEPARATORS[ending], MAGICS[ending]
    cells, lines, first = [], [], 1
    for index, line in enumerate(text.split("\n"), 1):
        if line.strip() == separator:
            cells.append(_source_cell(len(cells) + 1, lines, first, ending, magic))
            lines, first = [], index + 1
        else:
            lines.append(line)
    cells.append(_source_cell(len(cells) + 1, lines, first, ending, magic))
    return cells


def _source_cell(number, lines, first, ending, magic):
    if not any(line.startswith(magic) for line in lines):
        return _cell(number, lines, first, LANGUAGES[ending], True)
    # What a magic cell holds beside its magic lines is the format's own: the notebook's first line, titles.
    bare = [line[len(magic) :].removeprefix(" ") if line.startswith(magic) else "" for line in lines]
    return _cell(number, bare, first, LANGUAGES[ending], True)


def _cell(number, lines, first, language, in_file):
    """A cell may begin with `%sql`, `%python`, ...: the rest of that line belongs to its text."""
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None or not lines[start].lstrip().startswith("%"):
        return Cell(number, language, "\n".join(lines), first, in_file)
    name, _, rest = lines[start].lstrip().lstrip("%").partition(" ")
    if name not in ("python", "sql"):
        # `%pip`, `%run` and the like: line magics, which may stand among Python lines.
        known = name in ("md", "scala", "r", "sh", "fs", "run", "pip")
        return Cell(number, name if known else language, "\n".join(lines[start:]), first + start, in_file)
    return Cell(number, name, "\n".join([rest, *lines[start + 1 :]]), first + start, in_file)

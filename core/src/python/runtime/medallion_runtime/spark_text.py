"""Databricks SQL for open-source Spark: the few statements that it writes in another way."""

import re

_USE_CATALOG = re.compile(r"^\s*USE\s+CATALOG\s+(.+)$", re.IGNORECASE | re.DOTALL)


def translate(text):
    match = _USE_CATALOG.match(text)
    # `USE CATALOG x` is Databricks' own; a name of one part that is a catalog's means the same in `USE x`.
    return f"USE {match.group(1)}" if match else text

"""Databricks SQL for open-source Spark: the few statements that it writes in another way."""

import re

_USE_CATALOG = re.compile(r"^\s*USE\s+CATALOG\s+(.+)$", re.IGNORECASE | re.DOTALL)

_CREATE = re.compile(r"^\s*(?:CREATE|REPLACE)\b", re.IGNORECASE)
_CLUSTER_BY_AUTO = re.compile(
    r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/)|\bCLUSTER\s+BY\s+AUTO\b""",
    re.IGNORECASE | re.DOTALL,
)


def translate(text):
    match = _USE_CATALOG.match(text)
    # `USE CATALOG x` is Databricks' own; a name of one part that is a catalog's means the same in `USE x`.
    if match:
        return f"USE {match.group(1)}"
    # Databricks chooses keys by how a table is read, and may choose none.
    return _CLUSTER_BY_AUTO.sub(lambda found: found.group(1) or "", text) if _CREATE.match(text) else text

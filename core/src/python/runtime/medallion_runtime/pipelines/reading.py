"""Reads of a pipeline's sources: names of its own datasets are the pipeline's, all others are the lake's."""

import re

from .graph import parts_of

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|(?P<skip>--[^\n]*|/\*.*?\*/|\s+)"""
    r"""|(?P<name>(?:`(?:[^`]|``)*`|[^\W\d]\w*)(?:\s*\.\s*(?:`(?:[^`]|``)*`|[^\W\d]\w*))*)|(?P<other>.)""",
    re.DOTALL,
)
# What may follow a relation and is no alias of it.
_AFTER = set(
    "where join on group order limit union having inner left right full cross lateral window qualify tablesample pivot "
    "unpivot using semi anti natural except intersect minus sort cluster distribute with version timestamp for set "
    "offset when".split()
)


def rewritten(text, replace):
    """The query with its relations replaced; `replace(name, streams)` gives a view's name or None for what stays."""
    tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup != "skip"]
    own = _common_names(tokens)
    edits = []
    for index, token in enumerate(tokens):
        name = token.group()
        if token.lastgroup != "name" or not (place := _relation_place(tokens, index)) or name.lower() in own:
            continue
        streams, start, end = place
        view = replace(name, streams)
        if view is None:
            continue
        following = tokens[end + 1] if end + 1 < len(tokens) else None
        named = following is not None and following.lastgroup == "name" and following.group().lower() not in _AFTER
        alias = "" if named else f" AS `{parts_of(name)[-1]}`"
        edits.append((tokens[start].start(), tokens[end].end(), f"`{view}`{alias}"))
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _word(tokens, index):
    return tokens[index].group().lower() if 0 <= index < len(tokens) else ""


def _relation_place(tokens, index):
    """(streams, first, last token) of a relation's name; None where the name is none."""
    if _word(tokens, index) in ("stream", "lateral", "table") or _word(tokens, index + 1) == "(":
        return None
    before = _word(tokens, index - 1)
    if before == "stream":
        return True, index - 1, index
    if before == "(" and _word(tokens, index - 2) == "stream" and _word(tokens, index + 1) == ")":
        return True, index - 2, index + 1
    if before in ("from", "join") or before == "," and _in_from(tokens, index - 1):
        return False, index, index
    return None


def _in_from(tokens, index):
    """Whether a comma parts relations: the clause that it stands in began with FROM."""
    depth = 0
    for at in range(index - 1, -1, -1):
        word = _word(tokens, at)
        if word == ")":
            depth += 1
        elif word == "(":
            if depth == 0:
                return False
            depth -= 1
        elif depth == 0 and word == "from":
            return True
        elif depth == 0 and word in ("select", "where", "group", "order", "by", "having", "on", "values", "in"):
            return False
    return False


def _common_names(tokens):
    """Names of common table expressions: `x AS (`."""
    return {
        _word(tokens, index)
        for index in range(len(tokens))
        if tokens[index].lastgroup == "name"
        and _word(tokens, index + 1) == "as"
        and _word(tokens, index + 2) == "("
        and _word(tokens, index - 1) in ("with", ",", "recursive")
    }


def follow(update):
    """From now on `spark.table`, `spark.sql` and the readers ask the update first."""
    from pyspark.sql import SparkSession
    from pyspark.sql.readwriter import DataFrameReader
    from pyspark.sql.streaming.readwriter import DataStreamReader

    real_table, real_sql = SparkSession.table, SparkSession.sql
    real_read, real_stream = DataFrameReader.table, DataStreamReader.table

    def table(self, name):
        found = update.read(name, False)
        return real_table(self, name) if found is None else found

    def read(self, name):
        found = update.read(name, False)
        return real_read(self, name) if found is None else found

    def stream(self, name):
        found = update.read(name, True, getattr(self, "_medallion_options", {}), self)
        return real_stream(self, name) if found is None else found

    def sql(self, sqlQuery, args=None, **options):  # noqa: N803 - Spark's own names.
        return real_sql(self, update.rewrite(sqlQuery, self), args, **options)

    SparkSession.table, SparkSession.sql = table, sql
    DataFrameReader.table, DataStreamReader.table = read, stream
    return real_sql, real_stream

"""SQL as notebooks hold it: statements parted by semicolons."""

import re

_PARTS = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/|;""", re.DOTALL
)


def split(text):
    """The statements with the line (from 0) on which each begins. Semicolons in texts, names and comments part nothing."""
    statements, start = [], 0
    for match in _PARTS.finditer(text):
        if match.group() == ";":
            statements.append((text[start : match.start()], start))
            start = match.end()
    statements.append((text[start:], start))
    return [
        (statement.strip(), text.count("\n", 0, offset + len(statement) - len(statement.lstrip())))
        for statement, offset in statements
        if _holds_code(statement)
    ]


def _holds_code(text):
    return re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL).strip() != ""

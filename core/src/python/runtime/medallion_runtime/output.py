"""What the task prints goes line by line to the run's log; secrets that it was given never do."""

import sys

_hidden = set()


def hide(value):
    """From now on the value is printed as [REDACTED], as on Databricks."""
    if len(value) >= 4:
        _hidden.add(value)


class _Redacted:
    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        for value in _hidden:
            text = text.replace(value, "[REDACTED]")
        return self._stream.write(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def guard():
    sys.stdout, sys.stderr = _Redacted(sys.stdout), _Redacted(sys.stderr)

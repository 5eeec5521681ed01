"""`display` and the last value of a cell, as lines of the task's log."""

ROWS = 20


def show(value, *_args, **_options):
    """A DataFrame's first rows; anything else as Python prints it."""
    from pyspark.sql import DataFrame

    if isinstance(value, DataFrame):
        if value.isStreaming:
            print(f"a streaming DataFrame with the columns {', '.join(value.columns)}")
        else:
            value.show(ROWS, truncate=60)
        return
    print(value if type(value).__module__.startswith("pandas") else repr(value))


def show_html(html):
    print(f"(HTML, {len(html)} characters: shown in notebooks only)")

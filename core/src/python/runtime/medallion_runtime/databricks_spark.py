"""What Databricks' own Spark has beyond the open one, where a program meets it: statements of SQL, and options of readers."""

import re

from . import spark_text
from .bridge import Refused

BAD_RECORDS = "badrecordspath"


# True once a reader of this process was given `badRecordsPath`.
_has_bad_records_path = False


def refusal_of(error):
    """What a failure means that comes from a difference to Databricks; None for any other."""
    # Spark takes a name of three parts for its own catalog's where it knows no other of that name.
    unknown = re.search(r"REQUIRES_SINGLE_PART_NAMESPACE\].*but got `([^`]*)`\.`([^`]*)`", str(error))
    if unknown:
        catalog, schema = unknown.groups()
        return Refused(
            "catalog.catalog-not-found",
            f"There is no catalog {catalog}.",
            f"Correct the name, or run with --make {catalog}.{schema}, which makes both on this machine.",
        )
    if not _has_bad_records_path or "MALFORMED_RECORD" not in str(error):
        return None
    return Refused(
        "python.bad-records-not-emulated",
        "A file read with badRecordsPath holds a record that cannot be read by its schema: Databricks sets it aside, which is not emulated.",
        "Correct the record, or the schema; Spark's own words are in the run's log.",
    )


def install():
    """Changes Spark's classes in this process: programs get their sessions and readers in many ways."""
    from pyspark.sql import DataFrameReader, SparkSession
    from pyspark.sql.streaming import DataStreamReader

    plain = SparkSession.sql

    def sql(self, sqlQuery, args=None, **kwargs):  # noqa: N803 - Spark's own names.
        return plain(self, spark_text.translate(sqlQuery), args, **kwargs)

    SparkSession.sql = sql
    for reader in (DataFrameReader, DataStreamReader):
        _no_bad_records(reader)


def _no_bad_records(reader):
    """
    `badRecordsPath` sets records aside that cannot be read. The open Spark does not know it and would go on with NULLs in their
    place: here such a record fails the read, so that files without one are read as on Databricks, and others are not read wrong.
    """
    option, options = reader.option, reader.options

    def with_option(self, key, value):
        global _has_bad_records_path
        if key.lower() == BAD_RECORDS:
            self._is_strict = _has_bad_records_path = True
        strict = getattr(self, "_is_strict", False) and key.lower() in (BAD_RECORDS, "mode")
        return option(self, "mode", "FAILFAST") if strict else option(self, key, value)

    def with_options(self, **values):
        bad_records = [key for key in values if key.lower() == BAD_RECORDS]
        found = options(self, **{key: value for key, value in values.items() if key not in bad_records})
        return with_option(found, BAD_RECORDS, "") if bad_records or getattr(self, "_is_strict", False) else found

    reader.option, reader.options = with_option, with_options

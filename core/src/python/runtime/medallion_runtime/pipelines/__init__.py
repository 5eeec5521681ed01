"""Lakeflow declarative pipelines (`dlt`, `pyspark.pipelines`) on the session's own Spark."""

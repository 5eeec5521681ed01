"""The Spark session of the local lake: Delta, Hadoop's ABFS driver, and the emulated Unity Catalog's names."""

import importlib.util
import logging
import os
import sys
import types

from . import databricks_spark
from .bridge import Refused

JAVA_SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "java")


def start(settings):
    """Starts the session that `settings` describe (SparkSettings of spark-settings.ts)."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("medallion")
    for key, value in settings["spark"].items():
        builder = builder.config(key, value)
    spark = _begun(builder, settings["spark"]["spark.jars.packages"])
    _set_hadoop(spark, settings["hadoop"])
    spark.sparkContext.setLogLevel("ERROR")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    _compile(spark, os.path.join(settings["spark"]["spark.local.dir"], "classes"))
    _load_catalogs(spark, settings)
    _fix_delta_names()
    databricks_spark.install()
    return spark


def _begun(builder, packages):
    from pyspark.errors import PySparkRuntimeError

    try:
        return builder.getOrCreate()
    except PySparkRuntimeError as error:
        if "JAVA_GATEWAY_EXITED" not in str(error):
            raise
        # What Java said went to the run's log; packages that could not be fetched are the usual cause on a new machine.
        raise Refused(
            "python.spark-not-started",
            "Spark's Java process ended before its session began.",
            "Read its words in the run's log. At its first run Spark fetches "
            f"{packages.replace(',', ', ')} from Maven Central: behind a proxy set JAVA_TOOL_OPTIONS="
            "'-Dhttps.proxyHost=... -Dhttps.proxyPort=...', with an authority of your own "
            "-Djavax.net.ssl.trustStore=..., and run it again.",
        ) from error


def another(spark, settings):
    """A session beside it, with temporary views and current names of its own."""
    new = spark.newSession()
    _load_catalogs(new, settings)
    return new


def _set_hadoop(spark, values):
    # In the running JVM rather than on its command line, which every user of the machine can read.
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    for key, value in values.items():
        hadoop.set(key, value)


def _load_catalogs(spark, settings):
    bridge = settings["bridge"]
    # Where the secret is, `SET` and the session's own settings show it redacted.
    for name in settings["catalogs"]:
        key = f"spark.sql.catalog.{name}"
        spark.conf.set(f"{key}.url", bridge["url"])
        spark.conf.set(f"{key}.secret", bridge["secret"])
        spark.conf.set(key, "dev.medallion.spark.LakeCatalog")
        spark._jsparkSession.sessionState().catalogManager().catalog(name)
    current = settings.get("currentCatalog")
    if current is not None:
        spark.catalog.setCurrentCatalog(current)


def _compile(spark, folder):
    """
    Our Java sources, compiled by the compiler that Spark itself carries: a Java runtime needs no javac for it. The classes join
    those of Spark's own loader, which every thread of the driver and of the local executors asks.
    """
    gateway = spark.sparkContext._gateway
    jvm = gateway.jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    names = [os.path.join(place, name) for place, _, found in os.walk(JAVA_SOURCES) for name in found if name.endswith(".java")]
    files = gateway.new_array(jvm.java.io.File, len(names))
    for index, name in enumerate(names):
        files[index] = jvm.java.io.File(name)
    target = jvm.java.io.File(folder)
    target.mkdirs()
    compiler = jvm.org.codehaus.janino.Compiler()
    compiler.setIClassLoader(jvm.org.codehaus.janino.ClassLoaderIClassLoader(loader))
    compiler.setDestinationDirectory(target, False)
    compiler.compile(files)
    loader.addURL(target.toURI().toURL())


def offer_runtime(names):
    """`from databricks.sdk.runtime import spark, dbutils` without the SDK, and the runtime's own hook for the SDK itself."""
    module = types.ModuleType("databricks.sdk.runtime")
    module.__dict__.update(names)
    hook = types.ModuleType("dbruntime")
    hook.UserNamespaceInitializer = type(
        "UserNamespaceInitializer",
        (),
        {"getOrCreate": classmethod(lambda cls: cls()), "get_namespace_globals": lambda _self: dict(names)},
    )
    sys.modules["dbruntime"] = hook
    if "databricks" not in sys.modules and importlib.util.find_spec("databricks") is None:
        for name in ("databricks", "databricks.sdk"):
            sys.modules[name] = types.ModuleType(name)
        sys.modules["databricks.sdk"].__getattr__ = _of_the_sdk
        sys.modules["databricks.sdk.runtime"] = module


def _of_the_sdk(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise ModuleNotFoundError("No module named 'databricks.sdk'", name="databricks.sdk")


def _fix_delta_names():
    """`DeltaTable.forName` looks into Spark's session catalog only; here names are the lake's."""
    try:
        from delta.tables import DeltaTable
    except ImportError:
        return

    def for_name(_cls, spark, name):
        detail = spark.sql(f"DESCRIBE DETAIL {name}").select("location").first()
        return DeltaTable.forPath(spark, detail["location"])

    DeltaTable.forName = classmethod(for_name)

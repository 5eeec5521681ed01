"""The modules `dlt` and `pyspark.pipelines` as a pipeline's sources import them. What is not here is refused by its name."""

import sys
import types

from ..bridge import Refused
from . import cdc
from .graph import Dataset, Expectation, Flow

_PENDING = "__medallion_expectations__"


def offer(graph, read, read_stream):
    """Makes both modules importable; what sources call lands in `graph`."""
    names = {**_definitions(graph), **_expectations(), "read": read, "read_stream": read_stream, "readStream": read_stream}
    import pyspark

    for name in ("dlt", "pyspark.pipelines"):
        module = types.ModuleType(name)
        module.__dict__.update(names)
        module.__getattr__ = _missing(name)
        sys.modules[name] = module
    pyspark.pipelines = sys.modules["pyspark.pipelines"]


def _missing(module):
    def missing(member):
        if member.startswith("__"):
            raise AttributeError(member)
        raise Refused("pipelines.not-emulated", f"{module}.{member} is not emulated here.", "Run this pipeline on Databricks.")

    return missing


def _definitions(graph):
    def decorator(kind):
        def define(query_function=None, *, name=None, **options):
            def take(function):
                dataset = graph.add(_dataset(graph, kind, name or function.__name__, _place(function), options))
                # One list: an expectation may also stand above the definition.
                dataset.expectations = _pending(function)
                dataset.flows.append(Flow(dataset.name[-1], dataset, function, place=_place(function), conf=_conf(options)))
                return function

            return take if query_function is None else take(query_function)

        return define

    def create_streaming_table(name, **options):
        expectations = [
            Expectation(rule, condition, action)
            for option, action in (("expect_all", "warn"), ("expect_all_or_drop", "drop"), ("expect_all_or_fail", "fail"))
            for rule, condition in (options.pop(option, None) or {}).items()
        ]
        dataset = graph.add(_dataset(graph, "streaming", name, _caller(), options))
        dataset.expectations.extend(expectations)

    def append_flow(query_function=None, *, target, name=None, once=False, comment=None, spark_conf=None):
        def take(function):
            dataset = graph.target_of(target, "append_flow")
            flow_name, kind = name or function.__name__, "once" if once else "query"
            if any(flow.name == flow_name for flow in dataset.flows):
                raise Refused("pipelines.defined-twice", f"The flow {flow_name} is defined twice.", "Rename one of them.")
            dataset.flows.append(Flow(flow_name, dataset, function, kind, _place(function), dict(spark_conf or {})))
            return function

        return take if query_function is None else take(query_function)

    def create_auto_cdc_flow(target, source, keys, sequence_by, **options):
        dataset = graph.target_of(target, "create_auto_cdc_flow")
        changes = cdc.Changes.of(source, keys, sequence_by, options)
        if dataset.flows:
            raise Refused("pipelines.not-emulated", f"Several flows into {target}, one of them of changes.", "Keep one.")
        dataset.flows.append(Flow(changes.name or dataset.name[-1], dataset, None, "cdc", _caller(), cdc=changes))

    return {
        "table": decorator("table"),
        "create_table": decorator("table"),
        "materialized_view": decorator("materialized"),
        "view": decorator("view"),
        "temporary_view": decorator("view"),
        "create_view": decorator("view"),
        "append_flow": append_flow,
        "create_streaming_table": create_streaming_table,
        "create_streaming_live_table": create_streaming_table,
        "create_target_table": create_streaming_table,
        "create_auto_cdc_flow": create_auto_cdc_flow,
        "apply_changes": create_auto_cdc_flow,
    }


# What a definition may say, and what of it is taken up; the rest is refused by its name.
_ACCEPTED = {"comment", "table_properties", "partition_cols", "cluster_by", "schema", "temporary", "private", "spark_conf"}


def _dataset(graph, kind, name, place, options):
    unknown = [option for option, value in options.items() if value is not None and option not in _ACCEPTED]
    # Without a meaning for the rows: how files are clustered is Delta's own choice there.
    unknown = [option for option in unknown if not (option in ("cluster_by_auto",) or options[option] is False)]
    if unknown:
        raise Refused(
            "pipelines.not-emulated",
            f"{', '.join(unknown)} of the dataset {name} is not emulated here.",
            "Leave it out, or run this pipeline on Databricks.",
        )
    return Dataset(
        name=graph.full_name(name),
        kind=kind,
        place=place,
        private=bool(options.get("temporary") or options.get("private")),
        schema=options.get("schema"),
        comment=options.get("comment"),
        properties={key: str(value) for key, value in (options.get("table_properties") or {}).items()},
        partition_cols=list(options.get("partition_cols") or []),
        cluster_by=list(options.get("cluster_by") or []),
    )


def _conf(options):
    return {key: str(value) for key, value in (options.get("spark_conf") or {}).items()}


def _expectations():
    def one(action):
        def expect(name, condition):
            return several(action)({name: condition})

        return expect

    def several(action):
        def expect_all(expectations):
            found = [Expectation(name, condition, action) for name, condition in expectations.items()]

            def take(function):
                # Decorators apply from the bottom up.
                _pending(function)[:0] = found
                return function

            return take

        return expect_all

    return {
        "expect": one("warn"),
        "expect_or_drop": one("drop"),
        "expect_or_fail": one("fail"),
        "expect_all": several("warn"),
        "expect_all_or_drop": several("drop"),
        "expect_all_or_fail": several("fail"),
    }


def _pending(function):
    if not hasattr(function, _PENDING):
        setattr(function, _PENDING, [])
    return getattr(function, _PENDING)


def _place(function):
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else None


def _caller():
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno

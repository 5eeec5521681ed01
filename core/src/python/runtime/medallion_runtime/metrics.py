"""MLflow's tracking calls as a task makes them: its metrics go to the run's record, by MLflow itself where it is installed."""

import contextlib
import importlib.util
import math
import sys
import types

from .bridge import Refused


def install(bridge):
    """Offers a small stand-in where there is no MLflow; where there is, listens to its own calls from its import on."""

    def metric(key, value):
        number = float(value)
        if not math.isfinite(number):
            raise Refused("python.metric-not-a-number", f"The metric {key} is {number}.", "Log a finite number.")
        bridge.call("metric", name=str(key), value=number)

    if "mlflow" not in sys.modules and importlib.util.find_spec("mlflow") is None:
        sys.modules["mlflow"] = _stand_in(metric)
        return
    sys.meta_path.insert(0, _Listener(metric))


def _stand_in(metric):
    module = types.ModuleType("mlflow", "The tracking calls of MLflow, for a task on a machine without it.")

    def log_metric(key, value, step=None, **_more):
        metric(key, value)

    def log_metrics(metrics, step=None, **_more):
        for key, value in metrics.items():
            metric(key, value)

    def noted(what):
        # Parameters and tags are said in the run's log, where people look for them.
        return lambda *values, **more: print(f"mlflow.{what}", *[repr(value) for value in values], *more.items())

    @contextlib.contextmanager
    def start_run(*_values, **_more):
        yield types.SimpleNamespace(info=types.SimpleNamespace(run_id="local", run_name="local"))

    def unknown(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise Refused(
            "python.mlflow-not-installed",
            f"mlflow.{name} needs MLflow itself; without it log_metric, log_metrics, log_param, log_params, set_tag, set_tags, "
            "set_experiment, start_run and end_run are there.",
            f"Run: {sys.executable} -m pip install mlflow-skinny",
        )

    names = ("log_param", "log_params", "set_tag", "set_tags", "set_experiment", "set_tracking_uri", "end_run")
    module.__dict__.update({name: noted(name) for name in names})
    module.__dict__.update(log_metric=log_metric, log_metrics=log_metrics, start_run=start_run, __getattr__=unknown)
    return module


class _Listener:
    """Finds `mlflow` as Python does, and puts itself behind its two calls once it is loaded."""

    def __init__(self, metric):
        self._metric = metric

    def find_spec(self, name, path=None, target=None):
        if name != "mlflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            self._listen(module)

        spec.loader.exec_module = exec_module
        return spec

    def _listen(self, module):
        one, several = module.log_metric, module.log_metrics

        def log_metric(key, value, *values, **more):
            self._metric(key, value)
            return one(key, value, *values, **more)

        def log_metrics(metrics, *values, **more):
            for key, value in metrics.items():
                self._metric(key, value)
            return several(metrics, *values, **more)

        module.log_metric, module.log_metrics = log_metric, log_metrics

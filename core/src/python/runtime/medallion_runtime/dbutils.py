"""`dbutils` as a task sees it. What is not here is refused by its name."""

import contextlib
import signal
import threading
from collections import namedtuple

from .faults import NotebookExit
from .filesystem import FileSystem


class _Part:
    """A part of `dbutils`: an unknown member says that it is not emulated."""

    _name = ""

    def __getattr__(self, member):
        if member.startswith("_"):
            raise AttributeError(member)
        raise NotImplementedError(f"dbutils.{self._name}{member} is not emulated here.")


class Widgets(_Part):
    """Values come from the task's parameters; a widget's default counts where there is none."""

    _name = "widgets."

    def __init__(self, values):
        self._given = dict(values)
        self._defaults = {}

    def text(self, name, defaultValue="", label=None):
        self._defaults[name] = str(defaultValue)

    def dropdown(self, name, defaultValue, choices=(), label=None):
        self._defaults[name] = str(defaultValue)

    combobox = multiselect = dropdown

    def get(self, name):
        values = self.getAll()
        if name not in values:
            raise ValueError(
                f"InputWidgetNotDefined: no widget and no parameter is named {name}. "
                f"There are: {', '.join(sorted(values)) or 'none'}."
            )
        return values[name]

    def getArgument(self, name, defaultValue=None):
        return self.getAll().get(name, defaultValue)

    def getAll(self):
        return {**self._defaults, **self._given}

    def remove(self, name):
        self._defaults.pop(name, None)

    def removeAll(self):
        self._defaults.clear()


class TaskValues(_Part):
    _name = "jobs.taskValues."

    def __init__(self, bridge):
        self._bridge = bridge

    def set(self, key=None, value=None):
        self._bridge.call("set-task-value", key=key, value=value)

    def get(self, taskKey=None, key=None, default=None, debugValue=None):
        answer = self._bridge.call("get-task-value", taskKey=taskKey, key=key)
        if "value" in answer:
            return answer["value"]
        if default is None:
            raise ValueError(f"Task {taskKey} has set no value {key}, and there is no default.")
        return default


class Jobs(_Part):
    _name = "jobs."

    def __init__(self, bridge):
        self.taskValues = TaskValues(bridge)


class Secrets(_Part):
    _name = "secrets."

    def __init__(self, bridge, hide):
        self._bridge = bridge
        self._hide = hide

    def get(self, scope, key):
        value = self._bridge.call("secret", scope=scope, key=key)["value"]
        self._hide(value)
        return value

    def getBytes(self, scope, key):
        return self.get(scope, key).encode()

    def listScopes(self):
        return [SecretScope(name) for name in self._bridge.call("secret-scopes")["names"]]

    def list(self, scope):
        return [SecretMetadata(key) for key in self._bridge.call("secret-keys", scope=scope)["names"]]


SecretScope = namedtuple("SecretScope", ["name"])
SecretMetadata = namedtuple("SecretMetadata", ["key"])


class Notebook(_Part):
    _name = "notebook."

    def __init__(self, run):
        self._run = run

    def run(self, path, timeout_seconds=0, arguments=None):
        """Runs another notebook with widgets and variables of its own; returns what it exits with."""
        values = {str(name): str(value) for name, value in dict(arguments or {}).items()}
        with _limit(timeout_seconds, path):
            return self._run(path, values)

    def exit(self, value=""):
        raise NotebookExit("" if value is None else str(value))


@contextlib.contextmanager
def _limit(seconds, path):
    """Python is interrupted where it stands. Other threads cannot be, and Windows has no such timer: there it is refused."""
    if not seconds:
        yield
        return
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        raise NotImplementedError("dbutils.notebook.run with a timeout is emulated in a notebook's main thread only.")

    def over(_signal, _frame):
        raise TimeoutError(f"The notebook {path} ran longer than {seconds} seconds (dbutils.notebook.run).")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Library(_Part):
    _name = "library."

    def __init__(self, restart):
        self._restart = restart

    def restartPython(self):
        """As after a restart the notebook has the names that it began with."""
        self._restart()


class DBUtils(_Part):
    def __init__(self, spark, bridge, widgets, run_notebook, hide, restart):
        self.widgets = Widgets(widgets)
        self.jobs = Jobs(bridge)
        self.secrets = Secrets(bridge, hide)
        self.fs = FileSystem(spark)
        self.notebook = Notebook(run_notebook)
        self.library = Library(restart)

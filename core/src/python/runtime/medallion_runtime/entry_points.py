"""Entry points of a package: of an installed one by its metadata, of a source folder by what describes it."""

import importlib
import os
import re
from importlib import metadata

from .bridge import Refused


def find(package, name, description):
    """The function of that name. `description`: the package's pyproject.toml, setup.py or setup.cfg."""
    target = _described(description, name) or _installed(package, name)
    # Without an entry point, a function of the package itself is meant, as Databricks looks for it.
    module_name, _, attribute = (target or f"{re.sub(r'[-.]', '_', package)}:{name}").partition(":")
    found = importlib.import_module(module_name)
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise Refused("python.no-entry-point", f"{package} has no entry point {name}.", "Correct entry_point.")
        found = getattr(found, part)
    return found


def _described(path, name):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if os.path.basename(path) == "pyproject.toml":
        table = _tables(text)
        project = table.get("project", {})
        groups = [project.get("scripts", {}), *project.get("entry-points", {}).values()]
        groups.append(table.get("tool", {}).get("poetry", {}).get("scripts", {}))
        return next((group[name] for group in groups if name in group), None)
    # setup.py and setup.cfg: `name = package.module:function`, in whatever list it stands.
    match = re.search(rf"(?m)(?:^|[\"'\s]){re.escape(name)}\s*=\s*([\w.]+:[\w.]+)", text)
    return match.group(1) if match else None


def _tables(text):
    try:
        import tomllib
    except ImportError:  # Python 3.10 and older
        from pip._vendor import tomli as tomllib
    return tomllib.loads(text)


def _installed(package, name):
    try:
        points = metadata.distribution(package).entry_points
    except metadata.PackageNotFoundError:
        return None
    return next((point.value for point in points if point.name == name), None)

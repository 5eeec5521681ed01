"""`%pip install`: what is there already is fine; anything else is installed only where the project's settings allow it."""

import shlex
import subprocess
import sys
from importlib import metadata

from .bridge import Refused


def install(line, allowed):
    words = shlex.split(line)
    if words[:1] != ["install"]:
        raise Refused("python.pip-not-emulated", f"%pip {line} is not emulated.", "Use %pip install.")
    missing = [word for word in _wanted(words[1:]) if not _is_there(word)]
    if not missing:
        print(f"%pip {line}: is there already")
        return
    command = [sys.executable, "-m", "pip", *words]
    if not allowed:
        raise Refused(
            "python.packages-missing",
            f"%pip install wants {', '.join(missing)}, which this Python does not have; nothing is installed unasked.",
            f"Run: {shlex.join(command)} - or allow it with python.installPackages: true in medallion.yaml.",
        )
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="")
    if done.returncode != 0:
        raise Refused("python.install-failed", f"pip ended with {done.returncode}.", "Read its words in the run's log.")


def _wanted(words):
    """Requirements; an option with a value (`-r file`) counts as one that is not there."""
    return [word for word in words if not word.startswith("-") or word in ("-r", "-e", "--requirement")]


def _is_there(word):
    try:
        from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
    except ImportError:
        return False
    try:
        requirement = Requirement(word)
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except (InvalidRequirement, metadata.PackageNotFoundError):
        return False

"""Python's own file functions under `/Volumes`, `/dbfs` and the bundle's folder of the workspace, which a laptop cannot mount."""

import builtins
import io
import os
import tempfile


def lake_path(path):
    """The Hadoop path of a mounted one, or None for a path of this machine."""
    try:
        text = os.fspath(path)
    except TypeError:
        return None
    if not isinstance(text, str):
        return None
    if text.startswith("/Volumes/"):
        return "dbfs:" + text
    return "dbfs:" + text[len("/dbfs") :] if text.startswith("/dbfs/") else None


# The bundle's files in the workspace, and the folder that they are here: (path, folder).
_workspace = None


def local_path(path):
    """Where a file of the bundle lies on this machine; any other path as it is."""
    if _workspace is None:
        return path
    try:
        text = os.fspath(path)
    except TypeError:
        return path
    if not isinstance(text, str):
        return path
    bare = text[len("/Workspace") :] if text.startswith("/Workspace/") else text
    there, folder = _workspace
    if bare != there and not bare.startswith(there + "/"):
        return path
    return os.path.join(folder, bare[len(there) + 1 :])


def mount(files, workspace=None):
    """
    Makes `open`, `os.listdir`, `os.makedirs` and the tests of `os.path` see the volumes. `files`: dbutils.fs' port; `workspace`: where
    the bundle's files lie in the workspace, and here.
    """
    global _workspace
    if workspace is not None:
        path = workspace["path"]
        _workspace = (path[len("/Workspace") :] if path.startswith("/Workspace/") else path, workspace["folder"])
    real_open = builtins.open

    def open_lake(file, mode="r", *args, **options):
        path = lake_path(file)
        if path is None:
            local = local_path(file)
            if local is not file and any(letter in mode for letter in "wxa+"):
                raise PermissionError(13, "What the bundle deploys is this project's own here, and no run writes it", file)
            return real_open(local, mode, *args, **options)
        return _opened(real_open, files, file, path, mode, args, options)

    builtins.open = io.open = open_lake
    _replace(os, "listdir", lambda path: [info.name.rstrip("/") for info in files.ls(path)])
    _replace(os, "makedirs", lambda path, *_args, **_options: files.mkdirs(path))
    _replace(os, "mkdir", lambda path, *_args, **_options: files.mkdirs(path))
    _replace(os, "remove", lambda path: files.rm(path))
    _replace(os.path, "exists", files.exists)
    _replace(os.path, "isdir", files.is_folder)
    _replace(os.path, "isfile", lambda path: files.exists(path) and not files.is_folder(path))


def _replace(module, name, on_lake):
    real = getattr(module, name)

    def either(path=".", *args, **options):
        lake = lake_path(path)
        return real(local_path(path), *args, **options) if lake is None else on_lake(lake, *args, **options)

    setattr(module, name, either)


def _opened(real_open, files, file, path, mode, args, options):
    """A local copy: of what is there for reading, and written back when it is closed."""
    writes = any(letter in mode for letter in "wxa+")
    if ("r" in mode or not writes) and not files.exists(path):
        raise FileNotFoundError(2, "No such file in the volume", file)
    if "x" in mode and files.exists(path):
        raise FileExistsError(17, "The file exists already in the volume", file)
    handle, local = tempfile.mkstemp(prefix="medallion-volume-")
    os.close(handle)
    if "w" not in mode and "x" not in mode and files.exists(path):
        files.download(path, local)
    opened = real_open(local, mode.replace("x", "w"), *args, **options)

    def close():
        if opened.closed:
            return
        opened.close()
        try:
            if writes:
                files.upload(local, path)
        finally:
            os.unlink(local)

    return _LakeFile(opened, close)


class _LakeFile:
    """A file like the local one that it stands on, but that closing brings to the lake."""

    def __init__(self, opened, close):
        self._opened = opened
        self.close = close

    def __getattr__(self, name):
        return getattr(self._opened, name)

    def __iter__(self):
        return iter(self._opened)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

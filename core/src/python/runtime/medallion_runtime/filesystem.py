"""`dbutils.fs`, through the session's own Hadoop file systems: what Spark sees, this sees."""

from collections import namedtuple

FileInfo = namedtuple("FileInfo", ["path", "name", "size", "modificationTime"])


class FileSystem:
    def __init__(self, spark):
        self._jvm = spark.sparkContext._jvm
        self._conf = spark.sparkContext._jsc.hadoopConfiguration()

    def ls(self, path):
        """Entries by name; folders end in a slash and have the size 0."""
        place, files = self._at(path)
        if not files.exists(place):
            raise FileNotFoundError(f"No such file or directory: {path}")
        return sorted((self._info(status) for status in files.listStatus(place)), key=lambda info: info.path)

    def head(self, path, max_bytes=65536):
        place, files = self._at(path)
        stream = files.open(place)
        try:
            length = min(max_bytes, files.getFileStatus(place).getLen())
            return bytes(stream.readNBytes(int(length))).decode("utf-8", "replace")
        finally:
            stream.close()

    def put(self, path, contents, overwrite=False):
        place, files = self._at(path)
        if not overwrite and files.exists(place):
            raise FileExistsError(f"{path} exists already; pass overwrite=True to replace it.")
        data = contents.encode()
        stream = files.create(place, True)
        try:
            stream.write(data)
        finally:
            stream.close()
        print(f"Wrote {len(data)} bytes.")
        return True

    def mkdirs(self, path):
        place, files = self._at(path)
        return files.mkdirs(place)

    def rm(self, path, recurse=False):
        place, files = self._at(path)
        return files.delete(place, recurse)

    def cp(self, source, target, recurse=False):
        return self._copy(source, target, recurse, False)

    def mv(self, source, target, recurse=False):
        return self._copy(source, target, recurse, True)

    def mount(self, *_args, **_options):
        raise NotImplementedError("dbutils.fs.mount is not emulated: use a volume, or abfss:// paths.")

    mounts = unmount = refreshMounts = updateMount = mount

    # For Python's own file functions (volumes.py).

    def exists(self, path):
        place, files = self._at(path)
        return files.exists(place)

    def is_folder(self, path):
        place, files = self._at(path)
        return files.exists(place) and files.getFileStatus(place).isDirectory()

    def download(self, path, local):
        place, files = self._at(path)
        files.copyToLocalFile(False, place, self._jvm.org.apache.hadoop.fs.Path(f"file://{local}"), True)

    def upload(self, local, path):
        place, files = self._at(path)
        files.copyFromLocalFile(False, True, self._jvm.org.apache.hadoop.fs.Path(f"file://{local}"), place)

    def _copy(self, source, target, recurse, moves):
        (start, from_files), (end, to_files) = self._at(source), self._at(target)
        if from_files.getFileStatus(start).isDirectory() and not recurse:
            raise IsADirectoryError(f"{source} is a folder: pass recurse=True.")
        return self._jvm.org.apache.hadoop.fs.FileUtil.copy(from_files, start, to_files, end, moves, self._conf)

    def _at(self, path):
        place = self._jvm.org.apache.hadoop.fs.Path(str(path))
        return place, place.getFileSystem(self._conf)

    def _info(self, status):
        place, folder = status.getPath(), status.isDirectory()
        path = place.toString().replace("dbfs:///", "dbfs:/")
        end = "/" if folder else ""
        return FileInfo(path + end, place.getName() + end, 0 if folder else status.getLen(), status.getModificationTime())

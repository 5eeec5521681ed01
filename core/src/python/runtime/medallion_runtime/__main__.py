"""`python -m medallion_runtime`: the first line of the input is the request; the input stays open while it is wanted."""

import json
import os
import sys

from . import output, task

request = json.loads(sys.stdin.readline())
task.end_with_parent()
output.guard()
# As on a cluster: the file's folder, and the folders that hold the project's packages, can be imported from.
sys.path[:0] = [os.path.dirname(request["file"]), *request["path"]]
os.chdir(os.path.dirname(request["file"]))
code = task.main(request)
sys.stdout.flush()
sys.stderr.flush()
# Threads and processes that the task left behind do not keep it: its session ends with it.
os._exit(code)

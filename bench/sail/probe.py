"""How many of a job's statements Sail runs as they are written: python probe.py CATALOG FILE.sql...

Prints {"run", "refused": [{"file", "statement", "error"}]}. Sail serves in this process, on 127.0.0.1.
"""
import json
import pathlib
import re
import sys

from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

catalog, *files = sys.argv[1:]
server = SparkConnectServer(ip="127.0.0.1", port=0)
server.start(background=True)
_, port = server.listening_address
spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
parameters = {"catalog": f"`{catalog}`", "landing": f"/Volumes/{catalog}/bronze/landing"}
answers = {"run": 0, "refused": []}
for file in files:
    text = re.sub(r"^\s*--.*$", "", pathlib.Path(file).read_text(), flags=re.MULTILINE)
    for statement in filter(None, (part.strip() for part in re.split(r";\s*(?:\n|$)", text))):
        used = {name: value for name, value in parameters.items() if f":{name}" in statement}
        try:
            spark.sql(statement, used).collect()
            answers["run"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it says is the answer
            answers["refused"].append(
                {"file": pathlib.Path(file).name, "statement": statement.split("\n")[0], "error": str(error).split("\n")[0][:160]}
            )
print(json.dumps(answers))

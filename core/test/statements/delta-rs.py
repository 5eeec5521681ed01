"""Prints what delta-rs reads from each table folder given: `{"version", "rows": [...]}` a line, values as text, rows sorted."""
import json
import os
import sys
from deltalake import DeltaTable

for folder in sys.argv[1:]:
    table = DeltaTable(folder)
    columns = [field.name for field in table.schema().fields]
    data = table.to_pyarrow_table().to_pylist()
    rows = sorted(json.dumps([None if row[c] is None else str(row[c]) for c in columns]) for row in data)
    print(json.dumps({"version": table.version(), "rows": rows}), flush=True)
# Its threads may end the interpreter's own way out with an abort.
os._exit(0)

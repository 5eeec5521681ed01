"""What a pipeline's sources define: datasets, the flows that fill them, and what is expected of their rows."""

import re
from dataclasses import dataclass, field

from ..bridge import Refused

_PART = re.compile(r"`((?:[^`]|``)*)`|([^.`]+)")


@dataclass(frozen=True)
class Expectation:
    """`action`: `warn`, `drop` or `fail`."""

    name: str
    condition: str
    action: str


@dataclass
class Flow:
    """One query that fills a dataset; `kind`: `query`, `once` or `cdc`. `place`: (absolute file, line)."""

    name: str
    target: "Dataset"
    function: object
    kind: str = "query"
    place: tuple = None
    conf: dict = field(default_factory=dict)
    cdc: object = None


@dataclass
class Dataset:
    """`kind`: `view`, `table` (streaming or not, as its query is), `streaming` or `materialized`."""

    name: tuple
    kind: str
    place: tuple
    private: bool = False
    expectations: list = field(default_factory=list)
    flows: list = field(default_factory=list)
    schema: object = None
    comment: str = None
    properties: dict = field(default_factory=dict)
    partition_cols: list = field(default_factory=list)
    cluster_by: list = field(default_factory=list)

    @property
    def key(self):
        return ".".join(self.name).lower()

    @property
    def quoted(self):
        return ".".join("`" + part.replace("`", "``") + "`" for part in self.name)


def parts_of(name):
    """The parts of a name as SQL writes it."""
    return [quoted.replace("``", "`") if quoted else plain for quoted, plain in _PART.findall(str(name).strip())]


class Graph:
    def __init__(self, catalog, schema):
        self.catalog = catalog
        self.schema = schema
        self.datasets = {}

    def full_name(self, name):
        """Missing levels are the pipeline's; `LIVE` is the pipeline itself."""
        parts = parts_of(name)
        if len(parts) == 2 and parts[0].upper() == "LIVE":
            parts = parts[1:]
        return tuple([self.catalog, self.schema][: 3 - len(parts)] + parts) if len(parts) < 3 else tuple(parts)

    def find(self, name):
        return self.datasets.get(".".join(self.full_name(name)).lower())

    def add(self, dataset):
        if dataset.key in self.datasets:
            raise Refused(
                "pipelines.defined-twice",
                f"The dataset {'.'.join(dataset.name)} is defined twice.",
                "Give one of them another name.",
            )
        self.datasets[dataset.key] = dataset
        return dataset

    def target_of(self, name, what):
        found = self.find(name)
        if found is None or found.kind == "view":
            raise Refused(
                "pipelines.no-target",
                f"{what} writes into {name}, which is no table of the pipeline.",
                "Create it with create_streaming_table before.",
            )
        return found

"""What is expected of a dataset's rows: counted, dropped, or a reason to fail before anything is committed."""

from pyspark.sql import functions as F

PREFIX = "medallion_expect_"


class Counts:
    """The counts of one flow's evaluation. Spark observes them while it writes: no row is read twice."""

    _next = 0

    def __init__(self):
        # (dataset, expectations, the name of its metrics, the observation of a batch)
        self._observed = []

    def apply(self, dataset, frame):
        """The rows that stay, and their counts as soon as they are written."""
        if not dataset.expectations:
            return frame
        kept = [F.coalesce(F.expr(rule.condition).cast("boolean"), F.lit(False)) for rule in dataset.expectations]
        frame = self._observe(dataset, frame, kept)
        for rule, keeps in zip(dataset.expectations, kept):
            if rule.action == "drop":
                frame = frame.where(keeps)
            elif rule.action == "fail":
                frame = frame.where(keeps | F.raise_error(_violated(dataset, rule, frame)).cast("boolean"))
        return frame

    def _observe(self, dataset, frame, kept):
        from pyspark.sql import Observation

        Counts._next += 1
        name = f"{PREFIX}{Counts._next}"
        metrics = [F.count(F.lit(1)).alias("rows")]
        metrics += [F.count(F.when(~keeps, 1)).alias(f"failed_{index}") for index, keeps in enumerate(kept)]
        dropping = [keeps for rule, keeps in zip(dataset.expectations, kept) if rule.action == "drop"]
        stays = F.lit(True)
        for keeps in dropping:
            stays = stays & keeps
        metrics.append(F.count(F.when(~stays, 1)).alias("dropped"))
        observation = None if frame.isStreaming else Observation(name)
        self._observed.append((dataset, name, observation))
        return frame.observe(observation or name, *metrics)

    def of_batch(self):
        return self._told(lambda _name, observation: _settled(observation))

    def of_stream(self, progresses):
        def found(name, observation):
            if observation is not None:
                return None
            rows = [progress.observedMetrics[name].asDict() for progress in progresses if name in progress.observedMetrics]
            return {key: sum(row[key] or 0 for row in rows) for key in rows[0]} if rows else {}

        return self._told(found)

    def _told(self, find):
        """A count that Spark left out (a view that no plan kept) is absent rather than zero."""
        told = []
        for dataset, name, observation in self._observed:
            metrics = find(name, observation)
            if metrics is None:
                continue
            rows = metrics.get("rows", 0)
            for index, rule in enumerate(dataset.expectations):
                failed = metrics.get(f"failed_{index}", 0)
                told.append(
                    {
                        "dataset": ".".join(dataset.name).lower(),
                        "name": rule.name,
                        "action": rule.action,
                        "passed": rows - failed,
                        "failed": failed,
                        "dropped": metrics.get("dropped", 0),
                    }
                )
        return told


def _settled(observation):
    """Spark's listeners are told a moment after the action; a metric that its plan lost never comes."""
    for _ in range(50):
        # Waits a tenth of a second itself.
        if not observation._jo.getOrEmpty().isEmpty():
            return observation.get
    return None


def _violated(dataset, rule, frame):
    row = F.to_json(F.struct(*[F.col(f"`{name}`") for name in frame.columns]))
    return F.concat(
        F.lit(f"The expectation '{rule.name}' of {'.'.join(dataset.name)} is violated ({rule.condition}) by the row "), row
    )

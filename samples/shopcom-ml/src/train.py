"""Who buys again: a logistic regression on gold.customer_360, of one version of it, with a fixed split."""

import argparse
import math

import mlflow
from pyspark.sql import SparkSession

FEATURES = ("sessions", "recency_days", "marketing_consent")
ROUNDS, RATE = 400, 0.5


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--catalog", required=True)
    catalog = arguments.parse_args().catalog
    spark = SparkSession.builder.getOrCreate()
    table = f"`{catalog}`.gold.customer_360"
    version = spark.sql(f"DESCRIBE HISTORY {table}").first()["version"]
    customers = spark.sql(f"SELECT customer_id, orders, {', '.join(FEATURES)} FROM {table} VERSION AS OF {version}").collect()
    rows = [(row.customer_id, [float(row[name] or 0) for name in FEATURES], 1 if row.orders > 1 else 0) for row in customers]
    scale = [max(abs(features[index]) for _, features, _ in rows) or 1 for index in range(len(FEATURES))]
    rows = [(key, [1.0] + [value / by for value, by in zip(features, scale)], label) for key, features, label in rows]
    held_out = [row for row in rows if row[0] % 5 == 0]
    weights = fit([row for row in rows if row[0] % 5 != 0])
    mlflow.log_param("gold_version", version)
    mlflow.log_metrics({"auc": auc(weights, held_out), "customers": len(rows)})
    scores = [(key, predict(weights, features)) for key, features, _ in rows]
    frame = spark.createDataFrame(scores, "customer_id INT, returns_with DOUBLE")
    frame.write.mode("overwrite").saveAsTable(f"`{catalog}`.gold.returning_scores")


def predict(weights, features):
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(weights, features))))


def fit(rows):
    weights = [0.0] * (len(FEATURES) + 1)
    for _ in range(ROUNDS):
        slope = [0.0] * len(weights)
        for _, features, label in rows:
            miss = predict(weights, features) - label
            for index, value in enumerate(features):
                slope[index] += miss * value
        weights = [weight - RATE * one / len(rows) for weight, one in zip(weights, slope)]
    return weights


def auc(weights, rows):
    """The share of pairs of one who returned and one who did not in which the model ranks the first higher."""
    scored = sorted((predict(weights, features), label) for _, features, label in rows)
    returned = sum(label for _, label in scored)
    ranks = sum(rank for rank, (_, label) in enumerate(scored, 1) if label == 1)
    return (ranks - returned * (returned + 1) / 2) / (returned * (len(scored) - returned))


if __name__ == "__main__":
    main()

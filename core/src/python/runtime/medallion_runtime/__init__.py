"""What a Databricks cluster gives a Python task, on the local lake. Part of Medallion; it runs in the user's own Python."""

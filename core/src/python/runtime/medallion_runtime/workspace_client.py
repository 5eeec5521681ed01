"""`WorkspaceClient()` of the Databricks SDK as on a cluster: signed in to the workspace that the program runs in, here the emulated one."""

import importlib.util
import os

# What the SDK reads is the local workspace's, whatever workspace the developer's shell is signed in to.
OF_THE_SHELL = ("DATABRICKS_", "ARM_")
STAYS = ("DATABRICKS_RUNTIME_VERSION",)


def offer(given, folder):
    """`given`: host, clientId, clientSecret and, where it is no public one, the authority's certificate; `folder` is the session's own."""
    for name in [name for name in os.environ if name.startswith(OF_THE_SHELL) and name not in STAYS]:
        del os.environ[name]
    os.environ.update(
        DATABRICKS_HOST=given["host"],
        DATABRICKS_AUTH_TYPE="oauth-m2m",
        DATABRICKS_CLIENT_ID=given["clientId"],
        DATABRICKS_CLIENT_SECRET=given["clientSecret"],
    )
    # `requests`, which the SDK asks with, brings certifi. The public authorities stay: programs ask other services too.
    if "authority" not in given or importlib.util.find_spec("certifi") is None:
        return
    import certifi

    with open(os.environ.get("REQUESTS_CA_BUNDLE") or certifi.where(), encoding="utf-8") as public:
        trusted = public.read()
    path = os.path.join(folder, "authorities.pem")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{trusted.rstrip()}\n{given['authority']}")
    os.environ["REQUESTS_CA_BUNDLE"] = path

"""The feature store: Feast objects built from the dbt contracts, and stores inside the database.

Importing Feast sets PROMETHEUS_MULTIPROC_DIR for the whole process, and prometheus_client, where
it is imported afterwards, then keeps every metric of ours in files of Feast's. So it is imported
before, and the environment is put back.
"""

import os

import prometheus_client  # noqa: F401 - looks at the environment once, here

_NAME = "PROMETHEUS_MULTIPROC_DIR"
_before = os.environ.get(_NAME)

import feast.metrics  # noqa: E402, F401 - what sets it

if _before is None:
    os.environ.pop(_NAME, None)

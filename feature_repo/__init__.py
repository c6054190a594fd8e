"""The feature store: Feast objects built from the dbt contracts, and stores inside the database.

Importing Feast does two things to a process that are put right here, once, before any of it is
used. It sets PROMETHEUS_MULTIPROC_DIR, and prometheus_client, where it is imported afterwards,
then keeps every metric of ours in files of Feast's: so it is imported before, and the environment
is put back. And it has typeguard write each of its classes anew with checks of every argument:
three of the four seconds that a command waits for it, while ours are checked before they run.
"""

import os

import prometheus_client  # noqa: F401 - looks at the environment once, here
import typeguard

_NAME = "PROMETHEUS_MULTIPROC_DIR"
_before = os.environ.get(_NAME)
_typechecked = typeguard.typechecked
typeguard.typechecked = lambda written: written  # type: ignore[assignment]

import feast.metrics  # noqa: E402, F401 - what sets it

typeguard.typechecked = _typechecked
if _before is None:
    os.environ.pop(_NAME, None)

"""How clinics are called, so that the database can say whose question it was."""

import re

from api.log.entries import LOCAL

_NAME = re.compile(r"[a-z0-9_]{1,40}")


def is_clinic(name: str) -> bool:
    """Whether a clinic may be called so.

    None is called `local`: that is the computer on which no key is needed, and it may ask of every
    patient.
    """
    return name != LOCAL and _NAME.fullmatch(name) is not None

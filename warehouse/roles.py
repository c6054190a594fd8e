"""The database's roles by name; what each may do stands in roles.sql and grants.sql."""

from typing import Literal, get_args

Role = Literal[
    "semia_owner",
    "semia_ingest",
    "semia_dbt",
    "semia_ml",
    "semia_api",
    "semia_analyst",
    "semia_replica",
]

ROLES: tuple[Role, ...] = get_args(Role)

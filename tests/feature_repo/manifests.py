"""Small dbt manifests, shaped as dbt writes them, for tests that need no dbt run."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

TIMES = {"event_timestamp": "timestamp with time zone", "created_at": "timestamptz"}


def feature_model(name: str, features: dict[str, str], **feast: object) -> dict[str, Any]:
    """The node of a feature model; `feast` overrides parts of its `meta.feast`."""
    columns = {f"{feast.get('entity', 'encounter')}_id": "text", **TIMES, **features}
    return {
        "resource_type": "model",
        "schema": "features",
        "name": name,
        "alias": name,
        "description": f"What {name} says.",
        "config": {
            "contract": {"enforced": True},
            "meta": {
                "feast": {
                    "entity": "encounter",
                    "ttl_days": 0,
                    "owner": "semia",
                    "services": ["severity"],
                    **feast,
                }
            },
        },
        "columns": {
            column: {"name": column, "data_type": kind, "description": f"{column} of {name}"}
            for column, kind in columns.items()
        },
    }


def write_manifest(home: Path, *models: dict[str, Any]) -> Path:
    """Write a manifest where dbt would; beside the models it holds what must be passed over."""
    spine = deepcopy(models[0]) if models else feature_model("spine_severity", {})
    spine["name"] = spine["alias"] = "spine_severity"
    spine["config"]["meta"] = {}
    seed = {"resource_type": "seed", "schema": "reference", "name": "symptoms", "config": {}}
    nodes = {f"model.semia.{model['name']}": model for model in (*models, spine)}
    path = home / "dbt" / "manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nodes": {**nodes, "seed.semia.symptoms": seed}}))
    return path

"""The freshness limit of each source, as the dbt project declares it.

The limits are those of `dbt source freshness`, read from the manifest of the last build, so that
asking needs no run of dbt.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from warehouse.building.transform import target_folder
from warehouse.settings import Settings

_PERIODS = {"minute": 1, "hour": 60, "day": 24 * 60}


def oldest_allowed(settings: Settings) -> dict[str, timedelta]:
    """For each raw table that is published again and again, the age at which it is stale.

    Empty before the first build. A table published once and for all has no limit.
    """
    manifest = target_folder(settings) / "manifest.json"
    if not manifest.exists():
        return {}
    sources: dict[str, Any] = json.loads(manifest.read_text("utf-8"))["sources"]
    limits = {
        one["name"]: (one.get("freshness") or {}).get("warn_after") or {}
        for one in sources.values()
    }
    return {
        table: timedelta(minutes=limit["count"] * _PERIODS[limit["period"]])
        for table, limit in limits.items()
        if limit.get("count")
    }


def told(landed_at: datetime, limit: timedelta | None) -> str:
    """Whether what was landed then is young enough, in words; none where no age makes it stale."""
    if limit is None:
        return ""
    is_fresh = datetime.now(UTC) - landed_at <= limit
    return "yes" if is_fresh else f"no: older than {limit.days} days"

"""A patient's history through Feast's own `get_online_features`, for whoever wants to compare."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from feast import FeatureStore

from ml.serving.serving_plan import Row, ServingPlan


class FeastReader:
    """Reads the same rows as `api.history.rows.DatabaseReader`, by the views' names."""

    def __init__(self, store: FeatureStore) -> None:
        self._store = store

    async def read(self, plan: ServingPlan, patient_id: str) -> Mapping[str, Row]:
        """The newest row of each view that has one; raises what Feast and its store raise."""
        return await asyncio.to_thread(self._read, plan, patient_id)

    def _read(self, plan: ServingPlan, patient_id: str) -> Mapping[str, Row]:
        names = [f"{view.name}:{column}" for view in plan.views for column in view.columns]
        response = self._store.get_online_features(
            names, [{plan.key: patient_id}], full_feature_names=True
        ).to_dict(include_event_timestamps=True)
        rows = {}
        for view in plan.views:
            first = f"{view.name}__{next(iter(view.columns))}"
            seconds = response[f"{first}__ts"][0]
            if seconds:
                values = {name: response[f"{view.name}__{name}"][0] for name in view.columns}
                rows[view.name] = Row(datetime.fromtimestamp(seconds, UTC), values)
        return rows

    def close(self) -> None:
        """Nothing: the store's own pool closes its connections."""

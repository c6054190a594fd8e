"""What registering the features would change, without applying anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from feast import FeatureService, FeatureStore, FeatureView

from feature_repo.features import build
from feature_repo.store import manifest_path, open_store
from warehouse.settings import Settings

Kind = Literal["added", "removed", "changed"]
# Of each object, by its name: what it says of itself, as text that can be compared and shown.
Facts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Change:
    """One thing that would be different; `was` and `will_be` are empty where there is nothing."""

    kind: Kind
    what: str
    was: str = ""
    will_be: str = ""


def changes(settings: Settings) -> tuple[Change, ...]:
    """What `apply` would change in the registry, by name; nothing is written.

    Raises what `features.build` raises for contracts that cannot be applied.
    """
    wanted = build(manifest_path(settings))
    store = open_store(settings)
    registered = {**_views(_stored_views(store)), **_services(_stored_services(store))}
    return tuple(_between(registered, {**_views(wanted.views), **_services(wanted.services)}))


def _stored_views(store: FeatureStore) -> tuple[FeatureView, ...]:
    return tuple(store.list_feature_views())


def _stored_services(store: FeatureStore) -> tuple[FeatureService, ...]:
    return tuple(store.list_feature_services())


def _views(views: tuple[FeatureView, ...]) -> Facts:
    return {f"view {view.name}": _facts_of_view(view) for view in views}


def _facts_of_view(view: FeatureView) -> dict[str, str]:
    source: Any = view.batch_source
    facts = {
        "entity": ", ".join(view.entities),
        "ttl": str(view.ttl or "for ever"),
        "owner": view.owner,
        "description": view.description.strip(),
        "table": source.get_table_query_string(),
    }
    for field in view.features:
        facts[f"feature {field.name}"] = str(field.dtype)
        facts[f"description of {field.name}"] = field.description.strip()
    return facts


def _services(services: tuple[FeatureService, ...]) -> Facts:
    return {
        f"service {one.name}": {
            "views": ", ".join(sorted(view.name for view in one.feature_view_projections)),
            "owner": one.owner,
        }
        for one in services
    }


def _between(before: Facts, after: Facts) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        if name not in before:
            yield Change("added", name)
        elif name not in after:
            yield Change("removed", name)
        else:
            yield from _within(name, before[name], after[name])


def _within(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for fact in sorted({*before, *after}):
        was, will_be = before.get(fact, ""), after.get(fact, "")
        if was == will_be:
            continue
        kind: Kind = "changed" if was and will_be else "added" if will_be else "removed"
        yield Change(kind, f"{name}: {fact}", was, will_be)

"""Which resource of a bundle a FHIR reference means.

https://hl7.org/fhir/R4/bundle.html#references and https://hl7.org/fhir/R4/references.html
"""

from collections.abc import Mapping
from typing import Any

Names = frozenset[str]


def names_of(resource: Mapping[str, Any], entry: Mapping[str, Any]) -> Names:
    """What a reference may call a resource by: its `fullUrl`, and its type and id."""
    kind, given = resource.get("resourceType"), resource.get("id")
    written = (entry.get("fullUrl"), f"{kind}/{given}" if given else None)
    return frozenset(_unversioned(one) for one in written if isinstance(one, str) and one)


def name_in(reference: object) -> str | None:
    """What a Reference calls its resource by; None for one that is contained, has no address or
    asks a server for whom it means.
    """
    written = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(written, str) or not written or written.startswith("#") or "?" in written:
        return None
    return _unversioned(written)


def is_meant(name: str | None, names: Names) -> bool | None:
    """Whether a resource of these names is meant by that one; None where nobody can tell.

    An identifier alone, a contained resource, and a resource without a name of that kind say
    nothing. An address on a server and one relative to it are the same resource.
    """
    if name is None or not names:
        return None
    if name in names or any(_is_tail(name, one) or _is_tail(one, name) for one in names):
        return not _is_elsewhere(name, names)
    # An urn is of the bundle itself, so it means another resource of it.
    is_urn = name.startswith("urn:")
    alike = any(one.startswith("urn:") == is_urn for one in names)
    return False if alike or is_urn else None


def _is_elsewhere(name: str, names: Names) -> bool:
    """Whether both have a server's address, and another one."""
    return "://" in name and name not in names and any("://" in one for one in names)


def _is_tail(short: str, whole: str) -> bool:
    return "://" not in short and "://" in whole and whole.endswith(f"/{short}")


def _unversioned(written: str) -> str:
    return written.partition("/_history/")[0]

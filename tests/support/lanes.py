"""Which tests run side by side: whole folders, so that what a folder sets up is set up once."""

from xdist.scheduler import LoadScopeScheduling

# Folders whose tests read one built warehouse go together: it takes a minute to build.
SHARE_A_WAREHOUSE = ("behaviour", "feature_repo", "ml", "recovery", "transform")
# Chromium drops what it is loading when a network comes or goes, as containers make them do.
CHANGE_NETWORKS, HEED_NETWORKS = "containers", "page"
# What takes longest begins first, so that no worker is left with it at the end.
LONGEST_FIRST = ("orchestration", "built", "end_to_end")


def lane(nodeid: str) -> str:
    """The name under which a test is given to a worker together with others."""
    folder = nodeid.removeprefix("tests/").split("/")[0]
    if folder in SHARE_A_WAREHOUSE:
        return "built"
    return CHANGE_NETWORKS if folder == HEED_NETWORKS else folder


def longest_first(nodeid: str) -> int:
    """Where a test comes in the order of all; the browser's come last, with its event loop."""
    if lane(nodeid) == CHANGE_NETWORKS:
        return len(LONGEST_FIRST) + 1
    return [*LONGEST_FIRST, lane(nodeid)].index(lane(nodeid))


class FolderScheduling(LoadScopeScheduling):
    """Gives a worker the tests of one lane, and the next lane when it is done with them."""

    def _split_scope(self, nodeid: str) -> str:
        return lane(nodeid)

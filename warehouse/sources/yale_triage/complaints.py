"""Which complaints Yale's visits come with, given level and disposition."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from warehouse.sources.figures import Array, Figures
from warehouse.sources.sampling import Indices, from_logit, logit, pick, pick_given, tilted
from warehouse.sources.yale_triage.columns import COMPLAINTS, MEASURED_VITALS
from warehouse.sources.yale_triage.groups import DISPOSITIONS, LEVELS, STRATA


class Complaints:
    """Tables of complaints, each from five measured numbers; too rare ones never occur.

    `women` is each complaint's share of women.
    """

    def __init__(self, figures: Figures) -> None:
        rare = [0, 3.0, 0.8, 0.5, 0.5]
        numbers = [figures["complaints"].get(name, rare) for name in COMPLAINTS]
        count, mean, spread, admitted, self.women = np.array(numbers, dtype=float).T
        strata = np.array([one["count"] for one in figures["strata"]], dtype=float)
        visits = strata.reshape(len(LEVELS), len(DISPOSITIONS))
        levels = visits.sum(axis=1) / visits.sum()
        among = np.array([tilted(levels, m, s) for m, s in zip(mean, spread, strict=True)])
        chance = _admitted(among, visits[:, 0] / visits.sum(axis=1), admitted)
        joint = among[:, :, None] * np.stack([chance, 1 - chance], axis=2)
        self._given = (count[:, None] * joint.reshape(len(COMPLAINTS), len(STRATA))).T
        self._named: list[float] = figures["complaints_named"]
        self._lifts: Figures = figures["complaint_lifts"]

    def drawn(
        self, rng: np.random.Generator, stratum: Indices
    ) -> tuple[Indices, dict[str, NDArray[Any]]]:
        """The index of each visit's first complaint, and the flags of all complaints."""
        rows = len(stratum)
        named = pick(rng, self._named, rows)
        flags = np.zeros((rows, len(COMPLAINTS)), dtype=np.int16)
        draws = [pick_given(rng, self._given, stratum) for _ in range(len(self._named) - 1)]
        for order, drawn in enumerate(draws):
            who = np.flatnonzero(named > order)
            flags[who, drawn[who]] = 1
        return draws[0], {name: flags[:, index] for index, name in enumerate(COMPLAINTS)}

    def lifts(self, first: Indices) -> Array:
        """By how many deviations each visit's complaint moves the age and each vital."""
        table = [
            [self._lifts.get(name, {}).get(vital, 0.0) for vital in ("age", *MEASURED_VITALS)]
            for name in COMPLAINTS
        ]
        return np.array(table)[first]


def _admitted(among: Array, usual: Array, wanted: Array) -> Array:
    """Each complaint's chance of admission at each level: the usual one moved on log-odds.

    `among` holds each complaint's distribution over levels; the move makes the chances average
    to the complaint's own share `wanted`. Found by halving.
    """
    low, high = np.full(len(wanted), -8.0), np.full(len(wanted), 8.0)
    for _ in range(40):
        middle = (low + high) / 2
        average = (among * from_logit(logit(usual) + middle[:, None])).sum(axis=1)
        low = np.where(average < wanted, middle, low)
        high = np.where(average < wanted, high, middle)
    return from_logit(logit(usual) + low[:, None])

"""Everything that was found out about the data of one problem, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml.cohort.dataset import Dataset
from ml.exploration.leakage import Suspect
from ml.exploration.missing import Missing
from ml.exploration.projection import Projection
from ml.exploration.redundancy import Redundancy
from ml.exploration.shift import Shift


@dataclass(frozen=True)
class Findings:
    """The findings of one exploration.

    `dataset` holds the patients looked at; `flow` says how many are left after each step, first
    to last; `unflagged` are landed columns without a known meaning that nothing is held against.
    """

    dataset: Dataset
    flow: Sequence[tuple[str, int]]
    missing: Sequence[Missing]
    telling: Sequence[str]
    redundancy: Redundancy
    projection: Projection
    suspects: Sequence[Suspect]
    suspect_features: Sequence[Suspect]
    unflagged: Sequence[tuple[str, str]]
    sources: Sequence[Shift]
    years: Sequence[Shift]

    @property
    def left_out(self) -> dict[str, str]:
        """Each feature that training is to leave out, and why."""
        found = dict(self.redundancy.dropped)
        for one in self.suspect_features:
            if "answer" in one.reasons:
                found[one.column] = f"gives the answer away: {one.share:.0%} of it alone"
            elif one.with_column not in found:
                found[one.column] = f"gives the answer away together with {one.with_column}"
        return found

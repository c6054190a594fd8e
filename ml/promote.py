"""Make the challenger the champion, once the gate has let it through."""

from ml import decisions, registry
from ml.problems import get_problem
from warehouse.errors import GateRefused, NoChampion
from warehouse.settings import Settings


def promote(problem: str, settings: Settings) -> str:
    """Give the challenger the champion's place and return its version; the same twice is no harm.

    Raises `NoChampion` where nothing has been trained, and `GateRefused` where the gate's last
    word on this version was no, or was never asked.
    """
    get_problem(problem)
    challenger = registry.find(problem, "challenger", settings)
    if challenger is None:
        raise NoChampion(
            f"no model of {problem} has been trained",
            where="the model registry",
            next_step=f"semia train {problem}",
        )
    champion = registry.find(problem, "champion", settings)
    if champion is not None and champion.version == challenger.version:
        return champion.version
    if not decisions.accepted(problem, challenger.version, settings):
        raise GateRefused(
            f"version {challenger.version} of {problem} has not passed the gate",
            where=decisions.TABLE,
            next_step=f"semia gate {problem}",
        )
    registry.crown(problem, challenger.version, settings)
    return challenger.version

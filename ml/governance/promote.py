"""Make the challenger the champion, once the gate has let it through; or take that back."""

from ml import registry
from ml.governance import decisions, promotions
from ml.governance.promotions import Change
from ml.problems import get_problem
from warehouse.errors import GateRefused, NoChampion
from warehouse.settings import Settings


def promote(problem: str, settings: Settings) -> str:
    """Give the challenger the champion's place and return its version; the same twice is no harm.

    Raises `NoChampion` where nothing has been trained, and `GateRefused` where the gate's last
    word on this version was no, was never asked, or someone rolled the version back since.
    """
    get_problem(problem)
    challenger = registry.challenger(problem, settings)
    champion = registry.find(problem, "champion", settings)
    if champion is not None and champion.version == challenger.version:
        return champion.version
    _refuse(problem, challenger.version, settings)
    replaced = champion.version if champion else None
    _crown(
        Change(problem, challenger.version, replaced, "promote", "the gate let it pass"), settings
    )
    return challenger.version


def rollback(problem: str, settings: Settings, reason: str, to: str | None = None) -> Change:
    """Let an earlier version serve again: `to`, or the one that the champion replaced.

    What is rolled back cannot be promoted again. Raises `NoChampion` where there is nothing to
    return to, or `to` has never passed the gate.
    """
    get_problem(problem)
    champion = registry.champion(problem, settings)
    target = to or promotions.before(problem, champion.version, settings)
    if target is None or target == champion.version:
        raise NoChampion(
            f"version {champion.version} of {problem} replaced no other",
            where=promotions.TABLE,
            next_step=f"semia train {problem}, then semia gate and semia promote",
        )
    if not decisions.accepted(problem, target, settings):
        raise NoChampion(
            f"version {target} of {problem} has never passed the gate",
            where=decisions.TABLE,
            next_step=f"semia rollback {problem}, which returns to the one before",
        )
    change = Change(problem, target, champion.version, "rollback", reason)
    _crown(change, settings)
    return change


def _refuse(problem: str, version: str, settings: Settings) -> None:
    if promotions.withdrawn(problem, version, settings):
        raise GateRefused(
            f"version {version} of {problem} was rolled back",
            where=promotions.TABLE,
            next_step=f"semia retrain {problem} --force, then semia gate {problem}",
        )
    if not decisions.accepted(problem, version, settings):
        raise GateRefused(
            f"version {version} of {problem} has not passed the gate",
            where=decisions.TABLE,
            next_step=f"semia gate {problem}",
        )


def _crown(change: Change, settings: Settings) -> None:
    promotions.write(
        change, lambda: registry.crown(change.problem, change.version, settings), settings
    )

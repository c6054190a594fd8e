"""Set a bundle's model right for a place whose patients were used to validate it."""

from ml.export import pack
from ml.serving import bundle
from ml.validate import Validated
from warehouse.errors import NotEnoughData, WrongSetting
from warehouse.settings import Settings

# Of a hundred patients a share is known to five points, which is as near as answers shall come.
_LEAST_ROWS = 100


def recentre(found: Validated, settings: Settings) -> None:
    """Write into the bundle by what a prevalence stated at this place is to be multiplied.

    Only the version that was validated is set right, and the next export forgets it. Raises
    `NotEnoughData` for a place of which too little is known, and `WrongSetting` where the bundle
    holds another version.
    """
    place = found.place
    if place is None or place.rows < _LEAST_ROWS:
        raise NotEnoughData(
            f"{found.rows} encounters with an answer are too few to set {found.problem} right"
            f" for {found.source}",
            where=f"{found.problem} {found.version}",
            next_step=f"gather {_LEAST_ROWS} or more, and train again if the version is older",
        )
    served = bundle.load(settings.bundle_dir).problems.get(found.problem)
    if served is None or served.about.version != found.version:
        raise WrongSetting(
            f"the bundle does not hold the version of {found.problem} that was validated",
            where=str(settings.bundle_dir),
            next_step="semia export, then validate again",
        )
    pack.say_again(settings.bundle_dir, served.about.model_copy(update={"place": place}))

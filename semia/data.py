"""Where each source's rows come from: local files, the official address, or synthesis."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from semia.options import SEED
from warehouse.errors import BadFile, FetchFailed, NotEnoughData, WrongSetting
from warehouse.landing.fetch import fetch
from warehouse.landing.land import LoadResult, Origin, land
from warehouse.progress import Progress
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES, get_source
from warehouse.sources.source import Source


@dataclass(frozen=True)
class Supply:
    """The folder that holds a source's files, and whether they are public or synthetic."""

    source: Source
    folder: Path
    origin: Origin


def chosen(names: Iterable[str]) -> list[Source]:
    """The sources named, or all of them; `UnknownName` for one that does not exist."""
    picked = [get_source(name) for name in names]
    return picked or list(SOURCES.values())


def has_files(source: Source, folder: Path) -> bool:
    """True where every file of the source is in `folder`."""
    return all((folder / table.file).is_file() for table in source.tables)


def public_folder(source: Source, settings: Settings) -> Path | None:
    """The folder that already holds the source's public files, if there is one.

    Raises `WrongSetting` for a SEMIA_DATA_DIR that is no folder, and `BadFile` where it has a
    folder for the source without all of its files: synthetic rows must not slip in for them.
    """
    fetched = settings.home / "downloads" / source.name
    given = _given_folder(source, settings.data_dir) if settings.data_dir else None
    return given or (fetched if has_files(source, fetched) else None)


def _given_folder(source: Source, data_dir: Path) -> Path | None:
    if not data_dir.is_dir():
        raise WrongSetting(
            "SEMIA_DATA_DIR is no folder",
            where=str(data_dir),
            next_step="correct SEMIA_DATA_DIR, or unset it to use synthetic rows",
        )
    folder = data_dir / source.name
    missing = next((t.file for t in source.tables if not (folder / t.file).is_file()), None)
    if missing is None:
        return folder
    if not folder.exists():
        return None
    raise BadFile(
        f"The folder of {source.name} holds no file {missing}",
        where=str(folder / missing),
        next_step=f"put the file there, or take {folder} away to use other rows",
    )


def synthesise(
    source: Source, settings: Settings, rows: int | None = None, seed: int = SEED, shift: float = 0
) -> Path:
    """Write the source's files in its published format; again only when something changed."""
    folder = settings.home / "synthetic" / source.name
    wanted = {"rows": rows or source.synthetic_rows, "seed": seed, "shift": shift}
    recipe = folder / "recipe.json"
    if recipe.exists() and json.loads(recipe.read_text()) == wanted and has_files(source, folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    # Until the files are whole again, nobody may take them for what the old recipe says.
    recipe.unlink(missing_ok=True)
    source.synthesise(folder, rows or source.synthetic_rows, seed, shift)
    recipe.write_text(json.dumps(wanted))
    return folder


def supply(source: Source, settings: Settings, progress: Progress, network: bool) -> Supply:
    """Find the source's public files, fetch them, or synthesise them; say which."""
    folder = public_folder(source, settings)
    if folder is None and network:
        folder = _fetched(source, settings, progress)
    if folder is not None:
        return Supply(source, folder, "public")
    progress.note(f"{source.name}: no public files here, so its rows are SYNTHETIC")
    return Supply(source, synthesise(source, settings), "synthetic")


def _fetched(source: Source, settings: Settings, progress: Progress) -> Path | None:
    folder = settings.home / "downloads" / source.name
    try:
        fetch(source, folder, progress, settings.app_token)
    except FetchFailed as error:
        progress.note(f"{source.name}: {error.one_line()}")
        return None
    return folder if has_files(source, folder) else None


def land_supply(given: Supply, settings: Settings, progress: Progress) -> list[LoadResult]:
    """Land the files of one supply; says so where rows of a file could not be read."""
    results = land(given.source, given.folder, given.origin, settings, progress)
    for result in results:
        if result.rejected and result.status != "unchanged":
            progress.note(
                f"{result.file}: {result.rejected} rows could not be read; "
                "the table raw._rejects says of each why"
            )
    return results


def require_landed(landed: Collection[str]) -> None:
    """Raise `NotEnoughData` naming the first source with a raw table that was never filled."""
    for source in SOURCES.values():
        if any(table.name not in landed for table in source.tables):
            raise NotEnoughData(
                f"nothing of {source.name} has been landed yet",
                where="schema raw",
                next_step="semia land",
            )


def as_rows(results: Iterable[LoadResult]) -> list[dict[str, object]]:
    """Load results as plain rows for a table or JSON."""
    return [asdict(result) for result in results]

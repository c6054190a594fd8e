"""The command that assesses a whole file of patients: assess."""

import json as json_format
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from semia.options import AsJson
from semia.terminal import Terminal
from warehouse.errors import BadFile
from warehouse.settings import Settings, load_settings
from warehouse.whole_file import write_whole

NDJSON, CSV = "application/x-ndjson", "text/csv"
_KINDS = {".csv": CSV, ".ndjson": NDJSON, ".jsonl": NDJSON}
# A longer table scrolls its beginning off the screen.
MOST_SHOWN = 50

_MORE = "see docs/reference/api.md, Many patients"


class _Words(NamedTuple):
    """What is said beside the questions and answers, which have words of their own."""

    flags: str
    is_refused: str
    line: str


_WORDS = {
    "es": _Words("señales de alarma", "no se puede valorar", "línea"),
    "en": _Words("red flags", "is refused", "line"),
}


def register(app: typer.Typer) -> None:
    """Add this command to `semia`."""
    app.command()(assess)


def assess(
    file: Annotated[
        Path, typer.Argument(help="A .csv, .ndjson or .jsonl with one patient a line.")
    ],
    to: Annotated[
        Path | None, typer.Option(help="Write the answers there: .csv, .ndjson or .jsonl.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Assess every patient of a file. Prints a table, or writes a line per patient to a file."""
    terminal, settings = Terminal(json), load_settings()
    taken, given = _kind(file), NDJSON if to is None else _kind(to)
    count = _patients(file, taken)
    if count == 0:
        raise BadFile("there is no patient in the file", where=str(file), next_step=_MORE)
    if to is None and count > MOST_SHOWN:
        raise BadFile(
            f"{count} patients are too many for a table on the screen",
            where=str(file),
            next_step=f"semia assess {file} --to answers.csv",
        )
    with terminal.step(f"assess {file.name}"):
        terminal.start("patients", count)
        lines = _answers(settings, file, taken, given, terminal)
        if to is None:
            _show([json_format.loads(line) for line in lines], terminal, settings.language)
        else:
            _write(lines, to)
    terminal.answer({"patients": count, "to": None if to is None else str(to)})


def _kind(file: Path) -> str:
    if (kind := _KINDS.get(file.suffix.lower())) is None:
        raise BadFile(
            "only .csv, .ndjson and .jsonl are read and written", where=str(file), next_step=_MORE
        )
    return kind


def _patients(file: Path, kind: str) -> int:
    """How many lines there are to assess."""
    try:
        with file.open("rb") as lines:
            count = sum(1 for line in lines if line.strip())
    except OSError as error:
        raise BadFile(
            f"the file cannot be read: {error.strerror}", where=str(file), next_step=_MORE
        ) from error
    return max(count - 1, 0) if kind == CSV else count


def _answers(
    settings: Settings, file: Path, taken: str, given: str, terminal: Terminal
) -> Iterator[str]:
    """The lines of the answer; each assessment is kept in the log before its line is given."""
    from anyio.from_thread import start_blocking_portal

    from api.batch.lines import answers
    from api.bundle.service import open_service
    from api.history.patient import Histories, InTurn
    from api.log.entries import LOCAL, Asker, assessment_row, open_log

    service = open_service(settings)
    if service.why_not is not None:
        raise service.why_not
    log, models = open_log(settings), service.require()
    made_up = [
        one.about.name for one in models.bundle.problems.values() if one.about.people != "real"
    ]
    if made_up:
        terminal.note(f"learned from made-up patients, treat nobody by it: {', '.join(made_up)}")

    def note(request: Any, found: Any) -> None:  # noqa: ANN401 - api's types are not loaded here
        log.add("assessments", assessment_row(request, found, Asker()))

    read, histories = file.open("rb"), Histories(settings)
    with start_blocking_portal() as portal:
        in_turn = InTurn(histories, portal.call, models.bundle.history, LOCAL)
        try:
            for line in answers(models, read, taken, given, settings.language, note, in_turn):
                yield line
                terminal.advance()
        finally:
            # In the loop whose sockets they are.
            portal.call(histories.close)


def _write(lines: Iterator[str], to: Path) -> None:
    try:
        write_whole(to, lines)
    except OSError as error:
        raise BadFile(
            f"the answers cannot be written: {error.strerror}",
            where=str(to),
            next_step="give another place with --to",
        ) from error


def _show(answers: list[dict[str, Any]], terminal: Terminal, language: str) -> None:
    """A row for each patient: the first option of every question; `?` where it is not sure.

    A column is headed by its question as it was first put, up to the question mark. Who is refused
    is said below, with the reason.
    """
    from api.batch.tables import why_refused

    questions: dict[str, str] = {}
    for each in answers:
        for one in each.get("assessment", {}).get("answers", []):
            questions.setdefault(one["problem"], one["question"].partition("?")[0] + "?")
    words = _WORDS[language]
    rows = [_row(each, list(questions), words) for each in answers if "refused" not in each]
    terminal.table("", ["", words.flags, *questions.values()], rows)
    for each in answers:
        if "refused" in each:
            why = why_refused(each["refused"])
            terminal.note(f"{_name(each, words)} {words.is_refused}: {why}")


def _name(answer: dict[str, Any], words: _Words) -> str:
    return str(answer.get("id", f"{words.line} {answer['line']}"))


def _row(answer: dict[str, Any], problems: list[str], words: _Words) -> list[str]:
    found = answer["assessment"]
    first = {one["problem"]: _first(one) for one in found["answers"]}
    flags = ", ".join(flag["label"] for flag in found["red_flags"])
    return [_name(answer, words), flags, *(first.get(problem, "") for problem in problems)]


def _first(answer: dict[str, Any]) -> str:
    option = answer["ranked"][0]
    sure = "" if answer["is_confident"] else "?"
    return f"{option['label']} {option['probability']:.0%}{sure}"

"""Options and arguments that several commands share, so that they read alike everywhere."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
SourceNames = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Sources; all when none is named.")
]
ProblemNames = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PROBLEM]...", help="Problems; all when none is named."),
]
Quick = Annotated[bool, typer.Option("--quick", help="Fewer rows and candidates: a first look.")]

# The seed of synthetic files unless another is asked for: the same seed gives the same file.
SEED = 20260101

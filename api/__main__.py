"""`python -m api`: serve a bundle where only what serving needs is installed, as in an image."""

import sys

from api.access.check import check_safe
from api.http.listen import check_certificate, run
from api.main import create_app
from warehouse.errors import SemiaError
from warehouse.settings import load_settings


def main() -> None:
    """Serve until stopped; a setting that makes no sense ends it with one line and exit code 1."""
    try:
        settings = load_settings()
        check_safe(settings)
        check_certificate(settings)
    except SemiaError as error:
        sys.exit(error.one_line())
    run(create_app(settings), settings)


if __name__ == "__main__":
    main()

"""Every error Semia raises on purpose, in one tree.

    SemiaError
    ├── WrongSetting        a setting is missing or makes no sense
    ├── UnknownName         a source, problem, sign or command that does not exist
    ├── BadFile             a file that cannot be read as what it claims to be
    ├── FetchFailed         a public address that did not give what it should
    ├── DatabaseAway        no database answers
    ├── DatabaseRefused     the database answered, and refused
    ├── CloudRefused        the cloud did not hand out a login or a secret
    ├── WarehouseBusy       somebody else works on the warehouse and does not end
    ├── BadBackup           a backup is damaged, or does not fit where it should go
    ├── DiskFull            no room left where something had to be written
    ├── BuildFailed         a dbt model or test failed
    ├── ContractBroken      a table, feature or column is not what its contract says
    ├── NotEnoughData       too few rows, classes or patients to go on
    ├── NoChampion          no model has been promoted for a problem
    ├── GateRefused         the challenger may not replace the champion
    ├── LogBroken           a row of the audit log was changed, removed or inserted
    └── BadBundle           a bundle is missing, damaged or of another version

Each message says what happened, where, and what to type next.
"""


class SemiaError(Exception):
    """Something Semia foresaw: `what` happened, `where`, and the `next_step` that helps."""

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(self.one_line())

    def one_line(self) -> str:
        """The whole message on one line, as the terminal prints it."""
        place = f" [{self.where}]" if self.where else ""
        advice = f" Next: {self.next_step}" if self.next_step else ""
        # What is a sentence already ends behind its place like every other.
        what = self.what.removesuffix(".")
        return " ".join(f"{what}{place}.{advice}".split())


class WrongSetting(SemiaError):
    """A setting is missing or makes no sense."""


class UnknownName(SemiaError):
    """A source, problem, sign or command that does not exist."""


class BadFile(SemiaError):
    """A file that cannot be read as what it claims to be."""


class FetchFailed(SemiaError):
    """A public address that did not give what it should."""


class DatabaseAway(SemiaError):
    """No database answers."""


class DatabaseRefused(SemiaError):
    """The database answered, and refused."""


class CloudRefused(SemiaError):
    """The cloud did not hand out a login or a secret."""


class WarehouseBusy(SemiaError):
    """Somebody else works on the warehouse and does not end."""


class BadBackup(SemiaError):
    """A backup is damaged, or does not fit where it should go."""


class DiskFull(SemiaError):
    """No room left where something had to be written."""


class BuildFailed(SemiaError):
    """A dbt model or test failed."""


class ContractBroken(SemiaError):
    """A table, feature or column is not what its contract says."""


class NotEnoughData(SemiaError):
    """Too few rows, classes or patients to go on."""


class NoChampion(SemiaError):
    """No model has been promoted for a problem."""


class GateRefused(SemiaError):
    """The challenger may not replace the champion."""


class LogBroken(SemiaError):
    """A row of the audit log was changed, removed or inserted."""


class BadBundle(SemiaError):
    """A bundle is missing, damaged or of another version."""

"""A standby: a copy of the whole server that follows it, and takes over when it is lost."""

import shutil
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import DatabaseAway, DatabaseRefused, WrongSetting
from warehouse.postgres import server
from warehouse.postgres.access import require_tls
from warehouse.postgres.account import Account
from warehouse.postgres.place import only_one, settle
from warehouse.postgres.programs import Programs, all_programs, make_reachable
from warehouse.progress import Progress, Silent
from warehouse.replication.invitation import (
    Invitation,
    read_invitation,
    refuse_other_servers,
    slot_of,
)
from warehouse.server_state import Identity, data_folder, write_identity
from warehouse.settings import Settings

# A warehouse of a hundred gigabytes over a slow line; a stalled copy is not waited for longer.
_COPY_SECONDS = 12 * 3600.0
_TAKEOVER_SECONDS = 120


def join(settings: Settings, file: Path, progress: Progress = Silent()) -> server.Server:
    """Become the standby that the invitation in `file` is for: copy the primary, then follow it.

    A copy that was cut off is begun again. Raises `WrongSetting` where SEMIA_HOME has a database
    already or the programs are of another version, `DatabaseAway` where the primary is not heard.
    """
    refuse_other_servers(settings)
    invitation = read_invitation(file)
    with only_one(settings):
        folder, account = settle(settings, progress)
        if data_folder(folder).exists():
            raise WrongSetting(
                "There is a database here already; a standby is made in an empty SEMIA_HOME",
                where=str(folder),
                next_step="set SEMIA_HOME to a new folder",
            )
        programs = make_reachable(_programs(settings, invitation), account, folder)
        progress.start(f"Standby: copying {invitation.host}:{invitation.port}")
        _copy(programs, account, folder, _primary(invitation, folder, account), invitation)
        write_identity(folder, Identity(server.free_port(), invitation.passwords))
        (folder / "data.new").rename(data_folder(folder))
    started = server.ensure_running(settings, progress)
    _wait_for_nobody(settings)
    return started


def take_over(settings: Settings, *, even_so: bool = False) -> None:
    """Make this standby the primary: it ends following, and takes writes.

    Raises `DatabaseRefused` where it is no standby, or where the primary still answers unless
    `even_so`: two primaries would part ways, and the rows of one would be lost.
    """
    with (
        speaking_plainly("the standby"),
        connect("semia_owner", settings, autocommit=True) as connection,
    ):
        if connection.execute("select pg_is_in_recovery()").fetchone() != (True,):
            raise DatabaseRefused(
                "This database is no standby: it takes writes already",
                where="semia replicate takeover",
                next_step="run it on the standby's computer, with the standby's SEMIA_HOME",
            )
        row = connection.execute("select current_setting('primary_conninfo')").fetchone()
        if not even_so:
            _refuse_while_it_answers(str(row[0]) if row else "")
        asked = connection.execute("select pg_promote(true, %s)", [_TAKEOVER_SECONDS])
        if asked.fetchone() != (True,):
            raise DatabaseAway(
                f"The standby did not take over within {_TAKEOVER_SECONDS} s",
                where="semia replicate takeover",
                next_step="read its log (semia status says where it lies), then try again",
            )


def _programs(settings: Settings, invitation: Invitation) -> Programs:
    """Programs of the primary's version, since the files are copied as they are."""
    known = all_programs(settings)
    fitting = [programs for programs in known if programs.major == invitation.major]
    if not fitting:
        raise WrongSetting(
            f"The primary is PostgreSQL {invitation.major}; the programs here are "
            f"{', '.join(str(programs.major) for programs in known)}",
            where="SEMIA_PG_BIN",
            next_step=f"install PostgreSQL {invitation.major} and set SEMIA_PG_BIN to its programs",
        )
    if invitation.authority:
        require_tls(fitting[0])
    return fitting[0]


def _primary(invitation: Invitation, folder: Path, account: Account) -> str:
    """The standby's connection string. The password is in a file, so no process list shows it."""
    passwords, trusted = folder / "primary.password", folder / "primary.crt"
    secret = invitation.passwords["semia_replica"].replace("\\", "\\\\").replace(":", "\\:")
    for path, text in (
        (passwords, f"*:*:*:semia_replica:{secret}\n"),
        (trusted, invitation.authority),
    ):
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        account.give(path, 0o600)
    checked = {"sslmode": "verify-full", "sslrootcert": str(trusted)}
    return make_conninfo(
        host=invitation.host,
        port=invitation.port,
        user="semia_replica",
        passfile=str(passwords),
        application_name=invitation.name,
        connect_timeout=10,
        **(checked if invitation.authority else {"sslmode": "disable"}),
    )


def _copy(
    programs: Programs, account: Account, folder: Path, primary: str, invitation: Invitation
) -> None:
    """Run pg_basebackup into data.new, with the settings that make a standby of it."""
    program, draft = programs.folder / "pg_basebackup", folder / "data.new"
    if not program.exists():
        raise WrongSetting(
            "pg_basebackup is not among the PostgreSQL programs here",
            where=str(programs.folder),
            next_step="install your system's PostgreSQL and set SEMIA_PG_BIN to its programs",
        )
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.give(draft, 0o700)
    slot = f"--slot={slot_of(invitation.name)}"
    how = ("--wal-method=stream", "--checkpoint=fast", "--write-recovery-conf", "--no-password")
    done = account.run(
        [program, f"--pgdata={draft}", f"--dbname={primary}", slot, *how], draft, _COPY_SECONDS
    )
    if done.returncode != 0:
        raise DatabaseAway(
            f"The primary cannot be copied: {done.stderr.strip()}",
            where=f"{invitation.host}:{invitation.port}",
            next_step="see that the primary runs, listens here (SEMIA_PG_HOST there) and knows the "
            "invitation's name; then run the same command again",
        )


def _wait_for_nobody(settings: Settings) -> None:
    """Forget the primary's order to wait for a standby: once it takes over it has none."""
    with connect("semia_owner", settings, autocommit=True) as connection:
        connection.execute("alter system reset synchronous_standby_names")
        connection.execute("select pg_reload_conf()")


def _refuse_while_it_answers(primary: str) -> None:
    try:
        psycopg.connect(primary, dbname="semia", connect_timeout=3).close()
    except psycopg.Error:
        return
    raise DatabaseRefused(
        "The primary still answers: two primaries would part ways",
        where="semia replicate takeover",
        next_step="stop it (semia down on its computer), or add --even-so if nobody can reach it",
    )

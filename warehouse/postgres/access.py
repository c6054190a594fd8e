"""Who may knock at the embedded server: SCRAM always, TLS as soon as there are certificates.

Once `semia certificates` has been run, no connection is taken without TLS, the loopback's own
included, so a forgotten client fails at once instead of sending rows in the clear.
"""

import shutil
import subprocess

from warehouse.connection import is_loopback
from warehouse.errors import WrongSetting
from warehouse.postgres.cluster import Cluster
from warehouse.postgres.programs import Programs
from warehouse.server_state import CERTIFICATE, HOST, authority_file
from warehouse.settings import Settings

_PLAIN = """\
host     all          all            127.0.0.1/32  scram-sha-256
host     replication  semia_replica  127.0.0.1/32  scram-sha-256
"""
_ENCRYPTED = """\
hostssl  all          all            all           scram-sha-256
hostssl  replication  semia_replica  all           scram-sha-256
"""
_HEADER = "# Written at every start by warehouse/postgres/access.py: changes are lost.\n"
_ENCRYPTION = {"ssl": "on", "ssl_cert_file": CERTIFICATE, "ssl_key_file": CERTIFICATE}


def admit(settings: Settings, cluster: Cluster) -> dict[str, str]:
    """Write the rules of who may connect, and return the server settings that go with them.

    Raises `WrongSetting` for a server that would be heard beyond this computer without TLS, or
    whose programs cannot speak it.
    """
    is_encrypted = authority_file(settings).exists()
    if not is_encrypted and not is_loopback(settings.pg_host):
        raise WrongSetting(
            "The database may not be heard beyond this computer without certificates",
            where=f"SEMIA_PG_HOST={settings.pg_host}",
            next_step="run semia certificates, then the same command again",
        )
    if is_encrypted:
        require_tls(cluster.programs)
        _install_certificate(settings, cluster)
    _write_rules(cluster, _ENCRYPTED if is_encrypted else _PLAIN)
    return {"listen_addresses": _addresses(settings)} | (_ENCRYPTION if is_encrypted else {})


def require_tls(programs: Programs) -> None:
    """Raise `WrongSetting` if these programs were built without TLS, as the wheel's are."""
    asked = [str(programs.folder / "pg_config"), "--configure"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    if "--with-openssl" not in said and "--with-ssl" not in said:
        raise WrongSetting(
            f"This PostgreSQL {programs.major} was built without TLS",
            where=str(programs.folder),
            next_step="install your system's PostgreSQL and set SEMIA_PG_BIN to its programs, "
            "such as /usr/lib/postgresql/15/bin",
        )


def _addresses(settings: Settings) -> str:
    """Where to listen: always on the loopback, which our own connections take."""
    if is_loopback(settings.pg_host):
        return HOST
    is_everywhere = settings.pg_host in ("*", "0.0.0.0")  # noqa: S104 - a question, not a choice
    return settings.pg_host if is_everywhere else f"{HOST},{settings.pg_host}"


def _install_certificate(settings: Settings, cluster: Cluster) -> None:
    """Put the certificate where the server's account alone can read it."""
    draft = cluster.data / f"{CERTIFICATE}.new"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    shutil.copyfile(authority_file(settings).with_name(CERTIFICATE), draft)
    cluster.account.give(draft, 0o600)
    draft.replace(cluster.data / CERTIFICATE)


def _write_rules(cluster: Cluster, rules: str) -> None:
    draft = cluster.data / "pg_hba.conf.new"
    draft.write_text(_HEADER + rules, encoding="utf-8")
    cluster.account.give(draft, 0o600)
    draft.replace(cluster.data / "pg_hba.conf")

"""What AWS gives to a service under its IAM role: a temporary database login, and a secret.

Only where a setting asks for it: `requirements/lambda.lock` brings botocore, which the image of a
doctor's computer does without, and nothing is imported before it is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from warehouse.errors import CloudRefused

if TYPE_CHECKING:
    from warehouse.connection import ServerParameters

# A doctor does not wait longer than this for what is not needed to answer.
_PATIENCE_SECONDS = 2


def login(where: "ServerParameters") -> str:
    """A password that RDS and its proxy take from `where.user` for 15 minutes.

    It is a request signed here, with the role's own key: AWS is not asked, and whether the role
    may `rds-db:connect` shows when it is used. Raises `CloudRefused` without a role or a region.
    """
    with _speaking_plainly(f"login of {where.user} at {where.host}"):
        token: str = _client("rds").generate_db_auth_token(
            DBHostname=where.host, Port=where.port, DBUsername=where.user
        )
        return token


@cache
def secret(name: str) -> bytes:
    """The text of a secret in Secrets Manager, by its name or ARN, asked for once.

    Raises `CloudRefused`; then the next call asks again.
    """
    with _speaking_plainly(f"secret {name}"):
        text: str = _client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
        return text.encode()


@cache
def _client(service: str) -> Any:  # noqa: ANN401 - botocore makes its classes as it runs
    from botocore.config import Config
    from botocore.session import get_session

    patience = Config(
        connect_timeout=_PATIENCE_SECONDS,
        read_timeout=_PATIENCE_SECONDS,
        retries={"total_max_attempts": 1},
    )
    return get_session().create_client(service, config=patience)


@contextmanager
def _speaking_plainly(where: str) -> Iterator[None]:
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise CloudRefused(
            "This installation cannot speak to AWS",
            where=where,
            next_step="install requirements/lambda.lock, or give passwords and keys themselves",
        ) from error
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CloudRefused(
            f"AWS did not give it: {error}",
            where=where,
            next_step="look at the role of the function, and at the address of its region",
        ) from error

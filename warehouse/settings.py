"""The only reader of the environment: every setting, its meaning and its default."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from warehouse.errors import WrongSetting

# How alike a name must be to a setting's, 0 to 1, to be taken for a slip of the pen.
_NEARLY = 0.8


class Settings(BaseSettings):
    """What a person may set, as `SEMIA_<NAME>` in the environment or in `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="SEMIA_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Field(Path(".semia"), description="Folder that holds all state.")
    data_dir: Path | None = Field(
        None, description="Folder of public files, laid out <source>/<file>."
    )
    database_url: SecretStr | None = Field(
        None, description="A PostgreSQL to use instead of the embedded one."
    )
    database_login: Literal["password", "aws"] = Field(
        "password",
        description="Password for that PostgreSQL: the one in its address, or one that AWS makes "
        "for 15 minutes.",
    )
    cloud_url: SecretStr | None = Field(
        None, description="A PostgreSQL elsewhere that follows the de-identified tables."
    )
    pg_bin: Path | None = Field(
        None, description="Folder of PostgreSQL programs to use instead of the wheel's."
    )
    pg_host: str = Field(
        "127.0.0.1", description="Where the embedded PostgreSQL listens besides the loopback."
    )
    bundle: Path | None = Field(
        None, description="Bundle to serve; by default the one in SEMIA_HOME."
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the service listens on.")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that answer; one for each core is plenty."
    )
    access: Literal["auto", "local", "keys", "proxy", "proxy-clinics", "gateway"] = Field(
        "auto",
        description="Who decides who may ask: API keys, a proxy before the service, for one clinic "
        "or (proxy-clinics) for several that it names, AWS's API Gateway, nobody, since no other "
        "computer can ask (local), or (auto) keys as soon as one can.",
    )
    clinic_claim: str = Field(
        "clinic", description="Claim of a token that names its clinic, behind API Gateway."
    )
    rate_limit: int = Field(
        600, ge=0, description="Requests a minute that each API key may make; 0: no limit."
    )
    https_certificate: Path | None = Field(
        None, description="PEM certificate the service shows to browsers."
    )
    https_key: Path | None = Field(None, description="PEM key of that certificate.")
    log: Literal["database", "stdout"] = Field(
        "database",
        description="Where answers are logged: the database, or standard output for whoever "
        "runs the container to keep.",
    )
    hash_key: SecretStr | None = Field(
        None, description="Key that replaces patient identifiers; made at first use if unset."
    )
    hash_key_secret: str | None = Field(
        None, description="Secret in AWS Secrets Manager that holds that key."
    )
    k_anonymity: int = Field(
        5, ge=2, le=1000, description="Fewest persons in a group that analysts may see."
    )
    mlflow_uri: str | None = Field(
        None, description="MLflow server; by default a SQLite file in SEMIA_HOME."
    )
    socrata_token: SecretStr | None = Field(
        None, description="App token for datos.gov.co and other Socrata services."
    )
    offline: bool = Field(False, description="Never try the network.")
    language: Literal["es", "en"] = Field(
        "es", description="Language of the page and of answers when none is asked for."
    )

    @field_validator("home", "data_dir", "bundle", "pg_bin", "https_certificate", "https_key")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        """`~` means the person's own folder here too: in `.env` no shell has replaced it."""
        return path.expanduser() if path else None

    @property
    def app_token(self) -> str | None:
        """What is shown to Socrata services as an app token, if there is one."""
        return self.socrata_token.get_secret_value() if self.socrata_token else None

    @property
    def bundle_dir(self) -> Path:
        """Folder of the bundle that is served."""
        return self.bundle or self.home / "bundle"

    @property
    def tracking_uri(self) -> str:
        """Address of the MLflow tracking store."""
        return self.mlflow_uri or f"sqlite:///{(self.home / 'mlflow.db').resolve()}"


def load_settings() -> Settings:
    """Read the settings; raise `WrongSetting` naming the first one that makes no sense."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "SEMIA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise WrongSetting(
            f"{name} makes no sense: {first['msg']}",
            where="environment or .env",
            next_step="see .env.example for what each setting takes",
        ) from error


def misspelt() -> dict[str, str]:
    """Names in the environment or `.env` that are no setting but nearly one, with that one.

    Others are left alone: programs beside Semia have settings of their own that begin so.
    """
    known = [name.upper() for name in Settings.model_fields]
    names = (*os.environ, *DotEnvSettingsSource(Settings).env_vars)
    given = {name[6:].upper() for name in names if name.upper().startswith("SEMIA_")}
    found = {name: get_close_matches(name, known, 1, _NEARLY) for name in given - set(known)}
    return {f"SEMIA_{name}": f"SEMIA_{near[0]}" for name, near in sorted(found.items()) if near}

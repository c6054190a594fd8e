"""Certificates for the server: an authority of our own, and the server it vouches for."""

import ipaddress
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from warehouse.errors import WrongSetting
from warehouse.server_state import CERTIFICATE

_AUTHORITY_KEY = "authority.key"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

_AUTHORITY_LIFE = timedelta(days=3650)
_SERVER_LIFE = timedelta(days=365)
# Labels of letters, digits and hyphens (RFC 1123), the first possibly a wildcard.
_HOST_NAME = re.compile(r"(\*\.)?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.IGNORECASE)
# A client whose clock is a little behind ours must not find the certificate in its future.
_HEAD_START = timedelta(hours=1)


@dataclass(frozen=True)
class Issued:
    """What was made: the file clients trust, the names that hold, and the last day they do."""

    authority: Path
    names: tuple[str, ...]
    expires: datetime


def issue(authority_file: Path, names: Sequence[str]) -> Issued:
    """Make or renew the server's certificate beside `authority_file`, for the loopback and `names`.

    The authority is made once and then kept, so that clients which trust it go on doing so.
    Names that are addresses (IPv4, IPv6) become address entries, as verify-full demands. Raises
    `WrongSetting` for what is neither, before anything is written.
    """
    held = tuple(dict.fromkeys((*LOOPBACK_NAMES, *names)))
    entries = [_entry(name) for name in held]
    authority_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, authority_key = _authority(authority_file)
    key = ec.generate_private_key(ec.SECP256R1())
    expires = min(datetime.now(UTC) + _SERVER_LIFE, authority.not_valid_after_utc)
    certificate = (
        _begun("Semia database server", authority.subject, key.public_key(), expires)
        .add_extension(x509.SubjectAlternativeName(entries), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _write(
        authority_file.with_name(CERTIFICATE), _private_text(key) + _public_text(certificate), 0o600
    )
    return Issued(authority_file, held, expires)


def _authority(kept: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority kept before, or a new one where there is none that still holds."""
    kept_key = kept.with_name(_AUTHORITY_KEY)
    if kept.exists() and kept_key.exists():
        certificate = x509.load_pem_x509_certificate(kept.read_bytes())
        key = serialization.load_pem_private_key(kept_key.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and _holds(certificate):
            return certificate, key
    return _new_authority(kept, kept_key)


def _new_authority(
    kept: Path, kept_key: Path
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    # A name of its own: of two authorities of one name, clients report a broken signature.
    title = f"Semia certificate authority {secrets.token_hex(4)}"
    expires = datetime.now(UTC) + _AUTHORITY_LIFE
    certificate = (
        _begun(title, _name(title), key.public_key(), expires)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    # The certificate last: without it, an interrupted beginning is begun again.
    kept.unlink(missing_ok=True)
    _write(kept_key, _private_text(key), 0o600)
    _write(kept, _public_text(certificate), 0o644)
    return certificate, key


def _begun(
    title: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, expires: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(title))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - _HEAD_START)
        .not_valid_after(expires)
    )


def _name(title: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])


def _entry(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if _HOST_NAME.fullmatch(name):
            return x509.DNSName(name)
    raise WrongSetting(
        f"'{name}' is neither the name nor the address of a computer",
        where="the names of the certificate",
        next_step="give names such as db.hospital.org, or addresses such as 10.1.2.3",
    )


def _holds(authority: x509.Certificate) -> bool:
    """Whether the authority outlives the next server certificate."""
    return authority.not_valid_after_utc > datetime.now(UTC) + _SERVER_LIFE


def _public_text(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_text(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write the whole file or nothing; a secret is never readable by others, not for a moment."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    draft.replace(path)

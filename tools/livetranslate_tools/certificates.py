"""Certificates for trying TLS out: an authority of one's own, a server's and a client's certificate."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from livetranslate_tools.serving.errors import ServingError

FILES = ("ca.crt", "ca.key", "server.crt", "server.key", "client.crt", "client.key")
USAGES = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


def make(folder: Path, hosts: Sequence[str], *, days: float = 30.0) -> list[Path]:
    """Makes all six files; none is ever overwritten.

    Args:
        folder: where they go.
        hosts: names and addresses of the server.
        days: how long they are valid.

    Raises:
        ServingError: a file is there already, or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if there := [name for name in FILES if (folder / name).exists()]:
        raise ServingError(f"{folder / there[0]} is there already; nothing is overwritten. Name another folder.")
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("LiveTranslate test authority", authority_key, None, None, days=days)
    try:
        _write(folder, "ca", authority, authority_key)
        for name, names in (("server", tuple(hosts)), ("client", ("client",))):
            key = ec.generate_private_key(ec.SECP256R1())
            _write(folder, name, _certificate(names[0], key, (authority, authority_key), names, days=days), key)
    except OSError as error:
        raise ServingError(f"The certificates could not be written to {folder}: {error}.") from error
    return [folder / name for name in FILES]


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
    hosts: Sequence[str] | None,
    *,
    days: float,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + timedelta(days=days)) - timedelta(minutes=5))  # clocks differ
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if hosts is not None:
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(USAGES), critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256())


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _write(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    pem = serialization.Encoding.PEM
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    descriptor = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        output.write(secret)

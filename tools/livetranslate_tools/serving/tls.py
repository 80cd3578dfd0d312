"""gRPC under TLS: what Triton is told, what the supervisor needs to reach it, and whether the files will do."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography import x509

from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import Tls

CA, CERTIFICATE, KEY = "ca.crt", "server.crt", "server.key"


def arguments(tls: Tls) -> list[str]:
    """The arguments with which Triton's gRPC is encrypted."""
    folder = Path(tls.folder)
    return [
        "--grpc-use-ssl=true",
        f"--grpc-server-cert={folder / CERTIFICATE}",
        f"--grpc-server-key={folder / KEY}",
        *(("--grpc-use-ssl-mutual=true", f"--grpc-root-cert={folder / CA}") if tls.asks_clients else ()),
    ]


def check(folder: Path, *, asks_clients: bool) -> Tls:
    """Makes sure that the server will start with these files and its supervisor will reach it.

    Raises:
        ServingError: a file is missing or no PEM, key and certificate do not belong together, or ``ca.crt`` does not
            vouch for the server's certificate.
    """
    for name in (CA, CERTIFICATE, KEY):
        if not (folder / name).is_file():
            raise ServingError(
                f"There is no {name} in {folder}. `livetranslate certificates {folder}` makes files for trying it out."
            )
    try:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(folder / CERTIFICATE, folder / KEY)
        _handshake(server, ssl.create_default_context(cafile=str(folder / CA)), name_of(folder))
    except (ssl.SSLError, ValueError, OSError) as error:
        raise ServingError(f"The certificates in {folder} cannot be used: {error}.") from error
    return Tls(str(folder.absolute()), asks_clients)


def name_of(folder: Path) -> str:
    """The first host name in the server's certificate.

    Raises:
        OSError, ValueError: it cannot be read, or has none.
    """
    certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = extension.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    if not names:
        raise ValueError("server.crt names no host (subjectAltName with a DNS name)")
    return names[0]


def client_options(tls: Tls) -> dict[str, Any]:
    """What ``tritonclient.grpc.InferenceServerClient`` needs to reach this machine's own server.

    It shows the server's own certificate: with mutual TLS, ``ca.crt`` must vouch for that, too.

    Raises:
        ServingError: a file cannot be read.
    """
    folder = Path(tls.folder)
    try:
        return {
            "ssl": True,
            "root_certificates": str(folder / CA),
            "certificate_chain": str(folder / CERTIFICATE),
            "private_key": str(folder / KEY),
            # We come by an address of this machine, which the certificate need not name.
            "channel_args": [("grpc.ssl_target_name_override", name_of(folder))],
        }
    except (OSError, ValueError) as error:
        raise ServingError(f"The certificates in {folder} cannot be used: {error}.") from error


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Lets the two shake hands in memory, which proves all that a client will ask for."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides: Sequence[ssl.SSLObject] = (
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    is_done = [False, False]
    for _ in range(10):
        for number, side in enumerate(sides):
            if not is_done[number]:
                try:
                    side.do_handshake()
                    is_done[number] = True
                except ssl.SSLWantReadError:
                    continue
        if all(is_done):
            return
    raise ValueError("the handshake did not end")

"""``livetranslate certificates``: files for trying TLS out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livetranslate_tools.cli.serving import sentences


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("certificates", help="Make certificates to try TLS out: an authority, a server's, a client's.")(make)


def make(
    folder: Annotated[Path, typer.Argument(help="Where the files go; nothing is overwritten.")],
    *,
    host: Annotated[list[str] | None, typer.Option("--host", help="Name or address of the server; repeatable.")] = None,
    days: Annotated[float, typer.Option(help="How long they are valid.", min=0.01)] = 30.0,
) -> None:
    """Makes them."""
    from livetranslate_tools import certificates  # its library takes a moment to import

    with sentences() as console:
        hosts = host or ["localhost", "127.0.0.1"]
        for file in certificates.make(folder, hosts, days=days):
            console.print(str(file), soft_wrap=True, highlight=False)
        console.print(
            f"For trying out: keep ca.key away from servers, or use your own authority's.\n"
            f"Server: livetranslate serve --tls {folder} [--mutual-tls]\n"
            f"Client: LIVETRANSLATE_TLS_CA={folder / 'ca.crt'} livetranslate … --url grpcs://{hosts[0]}:8001",
            soft_wrap=True,
            highlight=False,
        )

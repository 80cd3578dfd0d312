"""``python -m loadtests.faults malformed | connections | chaos | soak``: treats a server badly; tells what it did."""

from __future__ import annotations

import typer

from loadtests.faults import chaos, connections, malformed, soak

app = typer.Typer(add_completion=False, no_args_is_help=True, help=(__doc__ or "").splitlines()[0])
app.command("malformed")(malformed.main)
app.command("connections")(connections.main)
app.command("chaos")(chaos.main)
app.command("soak")(soak.main)


@app.callback()
def _root() -> None:
    """Treats a server badly, seeded, and says what it did.

    Without --url each command starts a server of its own, and ends it, also on Ctrl-C.
    """


if __name__ == "__main__":
    app()

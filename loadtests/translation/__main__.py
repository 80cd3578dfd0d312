"""``python -m loadtests.translation quality | speed | live``."""

from __future__ import annotations

import typer

from loadtests.translation import live, quality, speed

app = typer.Typer(add_completion=False, no_args_is_help=True, help=(__doc__ or "").splitlines()[0])
app.command("quality")(quality.main)
app.command("speed")(speed.main)
app.command("live")(live.main)

if __name__ == "__main__":
    app()

"""``python -m livetranslate_tools.environments``: build or lock the environments, before anything is installed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from livetranslate_tools.environments import SetupError, ensure
from livetranslate_tools.environments.interpreters import PREFERENCE, Interpreter, choose
from livetranslate_tools.environments.locks import lock_path
from livetranslate_tools.environments.progress import to_stderr
from livetranslate_tools.environments.specs import SPECS, spec_of


def main() -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m livetranslate_tools.environments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, what in (
        ("build", "build environments into the cache and print their folders"),
        ("lock", "resolve environments again and write their lock files (needs the network)"),
    ):
        commands.add_parser(command, help=what).add_argument("names", nargs="+", choices=SPECS, metavar="NAME")
    arguments = parser.parse_args()
    try:
        for name in arguments.names:
            print(ensure(name) if arguments.command == "build" else _write_lock(name))
    except SetupError as error:
        to_stderr(str(error))
        return 1
    return 0


def _write_lock(name: str) -> Path:
    # Imported here: it needs the finished runtime environment, the rest of this module does not.
    from livetranslate_tools.environments.resolve import resolve

    pythons = [python for python in map(_find, PREFERENCE) if python is not None]
    path = lock_path(name)
    text = resolve(spec_of(name), pyproject=path.parents[1] / "pyproject.toml", pythons=pythons)
    path.write_text(text, encoding="utf-8")
    return path


def _find(version: str) -> Interpreter | None:
    try:
        return choose([version])
    except SetupError as error:
        to_stderr(f"Not resolved for Python {version}: {error}")
        return None


if __name__ == "__main__":
    sys.exit(main())

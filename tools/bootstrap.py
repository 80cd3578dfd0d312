"""Sets a clone up: the cached runtime environment, and the clone's own thin ``.venv`` over it.

Run by ``make setup`` with whatever ``python3`` the system has; standard library only. The second run only looks and
goes on at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
OLDEST = (3, 10)


def main() -> int:
    """Runs the set-up; returns the exit code."""
    # Before any import of ours: an older Python could not even read the modules.
    if sys.version_info < OLDEST:
        print(
            f"LiveTranslate needs Python 3.10 to 3.12, but {sys.executable} is {sys.version.split()[0]}: install one"
            " (Debian, Ubuntu: apt-get install python3.11 python3.11-venv) and run: make setup PYTHON=python3.11",
            file=sys.stderr,
        )
        return 1
    sys.path.insert(0, str(TOOLS))
    from livetranslate_tools.environments import SetupError
    from livetranslate_tools.environments.clone import set_up

    try:
        set_up(TOOLS.parent)
    except SetupError as error:
        print(f"\nSet-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted; run it again and it goes on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

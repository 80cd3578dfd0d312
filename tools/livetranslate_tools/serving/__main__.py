"""The supervisor process: ``python -m livetranslate_tools.serving PLAN.json``, started by ``livetranslate serve``."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from livetranslate_tools.serving.errors import ServingError
from livetranslate_tools.serving.plan import ServePlan
from livetranslate_tools.serving.supervisor import Supervisor


def main(arguments: list[str]) -> int:
    """Runs the plan in the file; 0 after an orderly end, 1 after a failure that the log explains."""
    plan = ServePlan.read(Path(arguments[0]))
    try:
        Supervisor(plan, notify=_log).run()
    except ServingError as error:
        _log(str(error))
        return 1
    return 0


def _log(sentence: str) -> None:
    # The log may stand on the disk that is full: then there is nowhere to tell it, and serving goes on.
    with suppress(OSError):
        print(f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ} {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

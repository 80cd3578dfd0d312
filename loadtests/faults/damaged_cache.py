"""Whether damage to cached weights is found: a copy of the cache, one file changed, ``livetranslate models verify``."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livetranslate_tools import paths

WEIGHTS = "whisper-base-int8"


def _flip(file: Path, dice: random.Random) -> str:
    data = bytearray(file.read_bytes())
    place = dice.randrange(len(data))
    data[place] ^= 1 << dice.randrange(8)
    file.write_bytes(data)
    return f"one bit of {file.name} flipped at byte {place}"


def _cut(file: Path, dice: random.Random) -> str:
    size = file.stat().st_size
    kept = dice.randrange(size)
    os.truncate(file, kept)
    return f"{file.name} cut from {size} to {kept} bytes"


def _remove(file: Path, dice: random.Random) -> str:  # noqa: ARG001 - as the others
    file.unlink()
    return f"{file.name} removed"


def _add(file: Path, dice: random.Random) -> str:
    extra = file.with_name("extra.bin")
    extra.write_bytes(dice.randbytes(100))
    return f"{extra.name} added"


DAMAGES: tuple[Callable[[Path, random.Random], str], ...] = (_flip, _cut, _remove, _add)


def damaged_caches(*, seed: int, weights: str = WEIGHTS) -> list[dict[str, Any]]:
    """Damages a copy in each way; says what was done, whether it was found, and in which words.

    Raises:
        FileNotFoundError: the weights are not in the cache.
    """
    source = paths.cache_dir() / "models" / weights
    if not source.is_dir():
        raise FileNotFoundError(f"{weights} is not in the cache: run 'livetranslate models fetch {weights}'.")
    found = []
    for number, damage in enumerate(DAMAGES):
        dice = random.Random(f"{seed}.{number}")
        with tempfile.TemporaryDirectory(prefix="faults-cache-") as cache:
            copy = Path(cache) / "models" / weights
            shutil.copytree(source, copy)
            files = sorted(path for path in copy.rglob("*") if path.is_file() and path.stat().st_size > 1000)
            done = damage(dice.choice(files), dice)
            answer = _verify(Path(cache), weights)
        found.append({"damage": done, "found": answer.returncode != 0, "said": answer.stderr.strip()[-300:]})
    return found


def _verify(cache: Path, weights: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("livetranslate")), "models", "verify", weights]
    variables = {**os.environ, "LIVETRANSLATE_CACHE": str(cache), "COLUMNS": "200"}
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)

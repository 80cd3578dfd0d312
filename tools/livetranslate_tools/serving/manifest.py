"""``version.toml``: what a version folder needs beside its code."""

from __future__ import annotations

from pathlib import Path

import msgspec

from livetranslate_tools.serving.errors import ServingError

FILE_NAME = "version.toml"


class WeightsChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One artifact that can serve as the model's weights.

    Attributes:
        name: artifact name in the catalogue.
        version: its semantic version; None takes the catalogue's.
        sha256: checksum of the source bytes, as the catalogue says.
    """

    name: str
    version: str | None = None
    sha256: str | None = None


class VersionManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version folder's manifest.

    Attributes:
        environment: the environment its stub runs in.
        weights: profile -> artifacts in order of preference.
        weights_of: another model whose weights it reads (the prompt needs the llm's tokenizer).
        calls: models it calls while it serves (BLS); Triton does not know of these.
    """

    environment: str = "runtime"
    weights: dict[str, tuple[WeightsChoice, ...]] = {}
    weights_of: str | None = None
    calls: tuple[str, ...] = ()


def read_manifest(version_folder: Path) -> VersionManifest:
    """The version folder's manifest; the defaults when it has none (an ensemble's folder is empty).

    Raises:
        ServingError: the file is not a manifest; the sentence names the file and the field.
    """
    path = version_folder / FILE_NAME
    if not path.is_file():
        return VersionManifest()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=VersionManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ServingError(f"{path} is not a version manifest: {error}. See docs/models.md for its fields.") from error

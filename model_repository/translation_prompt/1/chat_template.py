"""Chat templates of Hugging Face models, rendered without transformers.

Follows ``apply_chat_template`` of transformers: Jinja in a sandbox with ``trim_blocks`` and ``lstrip_blocks``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NoReturn, TypedDict

import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Message(TypedDict):
    """One turn of a chat: ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


class ChatTemplate:
    """A model's chat format."""

    def __init__(self, weights: Path) -> None:
        """Reads the template.

        Args:
            weights: folder with ``chat_template.jinja``, or ``tokenizer_config.json`` that holds the template.

        Raises:
            FileNotFoundError: the folder has no chat template.
        """
        config = _read_json(weights / "tokenizer_config.json")
        file = weights / "chat_template.jinja"
        source = file.read_text(encoding="utf-8") if file.is_file() else config.get("chat_template")
        if not isinstance(source, str):
            raise FileNotFoundError(
                f"{weights} has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json); "
                "translation needs an instruction-tuned model."
            )
        self._tokens = {name: _token_text(config.get(name)) for name in ("bos_token", "eos_token")}
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _raise
        environment.globals["strftime_now"] = lambda pattern: datetime.now(timezone.utc).strftime(pattern)
        self._template = environment.from_string(source)

    @property
    def bos_token(self) -> str:
        """Text of the beginning-of-sequence token; empty when the model has none."""
        return self._tokens["bos_token"]

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt's text, ready for the assistant's answer."""
        return self._template.render(messages=list(messages), add_generation_prompt=True, **self._tokens)


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _token_text(token: Any) -> str:
    """A special token in tokenizer_config.json is a string, null, or an object with its ``content``."""
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else ""


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _raise(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)

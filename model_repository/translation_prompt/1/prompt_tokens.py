"""Counts prompts in the language model's own tokens and keeps its control tokens out of users' text."""

from __future__ import annotations

import re
from pathlib import Path

from tokenizers import Tokenizer


class PromptTokens:
    """The language model's tokenizer."""

    def __init__(self, weights: Path) -> None:
        """Reads ``tokenizer.json``.

        Raises:
            FileNotFoundError: the folder has none.
        """
        path = weights / "tokenizer.json"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; fetch the language model's weights again.")
        self._tokenizer = Tokenizer.from_file(str(path))
        special = [token.content for token in self._tokenizer.get_added_tokens_decoder().values() if token.special]
        self._special = re.compile("|".join(map(re.escape, special))) if special else None

    def count(self, text: str) -> int:
        """Number of tokens, as the engine will count them."""
        return len(self._tokenizer.encode(text).ids)

    def adds(self, token: str) -> bool:
        """Whether tokenizing puts this token in front of any text by itself."""
        added: list[str] = self._tokenizer.encode("").tokens
        return token in added

    def defuse(self, text: str) -> str:
        """Splits control tokens a user has typed (``<|im_end|>``), so that they are read as plain text."""
        if self._special is None:
            return text
        return self._special.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)

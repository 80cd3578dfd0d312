"""Whisper's tokens: the special ones by name, text to tokens, and tokens grouped to words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from livetranslate.protocol import ErrorCode, LiveTranslateError
from livetranslate.protocol.transcript import UNSPACED_LANGUAGES, is_latin

_PUNCTUATION = frozenset("\"'“¿([{-.。,，!！?？:：”)]}、…;；」』》")
_OPENING = frozenset("\"'“¿([{-「『《")


class Vocabulary:
    """The tokens of one set of weights."""

    def __init__(self, weights: Path) -> None:
        config = json.loads((weights / "generation_config.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.encode_special_tokens = True  # "<|es|>" in somebody's prompt is text
        self.end_id: int = config["eos_token_id"]
        self.start_id: int = config["decoder_start_token_id"]
        self.previous_id: int = config.get("prev_sot_token_id", self._id("<|startofprev|>"))
        self.no_timestamps_id: int = config["no_timestamps_token_id"]
        self.no_speech_id = self.no_timestamps_id - 1  # it stands right before, in every version
        self.is_multilingual: bool = config.get("is_multilingual", True)
        self.language_ids = {
            token.strip("<|>"): token_id for token, token_id in config.get("lang_to_id", {}).items()
        } or {"en": self.start_id}
        self._task_ids: dict[str, int] = config.get("task_to_id", {})
        self.suppressed = tuple(token for token in config.get("suppress_tokens", ()) if token != self.end_id)
        self.alignment_heads = tuple((layer, head) for layer, head in config["alignment_heads"])
        self._bytes = _bytes_of_characters()

    def prompt(self, language: str, task: str = "transcribe") -> list[int]:
        """The tokens that open a transcript: start, language, task, no timestamps.

        Raises:
            LiveTranslateError: ``OPTION_INVALID`` for a language that the weights do not know.
        """
        if language not in self.language_ids:
            raise LiveTranslateError(
                ErrorCode.OPTION_INVALID,
                f"Option language is {language!r}, which these weights do not know "
                f"({len(self.language_ids)} languages); use another or 'auto'.",
            )
        if not self.is_multilingual:
            return [self.start_id, self.no_timestamps_id]
        return [self.start_id, self.language_ids[language], self._task_ids[task], self.no_timestamps_id]

    def encode(self, text: str, language: str) -> list[int]:
        """A text's tokens, as they follow other text: with a leading space where the language writes one."""
        stripped = text.strip()
        if not stripped:
            return []
        spaced = stripped if language in UNSPACED_LANGUAGES else f" {stripped}"
        ids = self._tokenizer.encode(spaced, add_special_tokens=False).ids
        return [token for token in ids if token < self.end_id]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens, leading space kept; an incomplete character becomes U+FFFD."""
        return self._raw(tokens).decode("utf-8", "replace")

    @cached_property
    def continuations(self) -> npt.NDArray[np.int64]:
        """The tokens that go on with a word, where words are written with spaces; int64 [n]."""
        texts = ((token, self.decode([token])) for token in range(self.end_id))
        return np.array([token for token, text in texts if not text.startswith(" ") and not is_closing(text)])

    def words(self, tokens: Sequence[int], language: str) -> list[list[int]]:
        """Groups text tokens to words as the language writes them; punctuation goes with the word beside it.

        In languages without spaces a "word" is the shortest run of tokens that is whole characters, or a Latin word.
        """
        groups: list[list[int]] = []
        pending: list[int] = []
        is_spaced = language not in UNSPACED_LANGUAGES
        for token in tokens:
            pending.append(token)
            if self.ends_within_character(pending):
                continue
            text = self.decode(pending)
            begins = text.startswith(" ") or not (is_spaced or (groups and self._goes_on(groups[-1], text)))
            if groups and (not begins or is_closing(text)):
                groups[-1] += pending
            else:
                groups.append(pending)
            pending = []
        if pending:
            groups.append(pending)
        return groups

    def ends_within_character(self, tokens: Sequence[int]) -> bool:
        """Whether the last character lacks some of its bytes: the next token has them."""
        try:
            self._raw(tokens).decode()
        except UnicodeDecodeError as error:
            return error.reason == "unexpected end of data"
        return False

    def closing_marks(self, word: Sequence[int]) -> int:
        """How many tokens at the end of a word are punctuation: they stand for the silence behind it."""
        count = 0
        for token in reversed(word[1:]):
            if not is_closing(self.decode([token])):
                break
            count += 1
        return count

    def _goes_on(self, word: Sequence[int], text: str) -> bool:
        """Whether a text without a space before it is the rest of a Latin word or a number."""
        return is_latin(text[0]) and is_latin(self.decode(word)[-1])

    def _raw(self, tokens: Sequence[int]) -> bytes:
        pieces = (self._tokenizer.id_to_token(token) or "" for token in tokens if token < self.end_id)
        return b"".join(bytes(self._bytes[character] for character in piece) for piece in pieces)

    def _id(self, token: str) -> int:
        token_id = self._tokenizer.token_to_id(token)
        return -1 if token_id is None else int(token_id)


def is_closing(text: str) -> bool:
    """Whether a text is punctuation that belongs to the word before it."""
    stripped = text.strip()
    return bool(stripped) and stripped not in _OPENING and all(character in _PUNCTUATION for character in stripped)


def _bytes_of_characters() -> dict[str, int]:
    """GPT-2's reversible spelling of bytes as printable characters (Radford et al. 2019), from character to byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    spare = (byte for byte in range(256) if byte not in set(printable))
    return {chr(byte): byte for byte in printable} | {chr(256 + index): byte for index, byte in enumerate(spare)}

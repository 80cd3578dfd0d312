"""From a sentence to a prompt and sampling parameters.

The prompt is a chat in which every turn so far was answered by a bare translation, so the next one is too::

    system     what to do, for this language pair            the same for every sentence of a pair,
    examples   a few sentence pairs of the two languages     so the engine's prefix cache holds it
    context    earlier sentences and their translations      grows at its end only
    sentence   after what holds for it alone: required terms that occur in it, whether it is finished
    committed  the beginning of its translation that was shown already: the model goes on from there
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
from chat_template import ChatTemplate, Message
from few_shot import FewShotSet
from prompt_tokens import PromptTokens
from prompt_wording import instruction, question, requirements_for

from livetranslate.protocol import (
    ErrorCode,
    LiveTranslateError,
    SentencePair,
    TranslateOptions,
)

# A pair without examples: some scripts take several times the tokens of English.
_UNKNOWN_EXPANSION = 4.0
_MARGIN = 2.0
_MARGIN_TOKENS = 16


class SamplingParameters(msgspec.Struct, frozen=True):
    """The part of vLLM's sampling parameters that translation sets.

    Attributes:
        max_tokens: bound of a run-away answer.
        stop: strings that end the answer, not part of it.
        temperature: 0, the likeliest token each time: the same sentence gets the same translation.
    """

    max_tokens: int
    stop: tuple[str, ...]
    temperature: float = 0.0


@dataclass(frozen=True)
class TranslationPrompt:
    """What the language model is sent.

    Attributes:
        text: the prompt; it ends with the committed beginning of the answer.
        tokens: its length, tokens.
        sampling: how to generate.
        messages: the same as a chat, for a model behind another server.
        dropped_context: number of oldest context pairs that did not fit.
    """

    text: str
    tokens: int
    sampling: SamplingParameters
    messages: tuple[Message, ...] = ()
    dropped_context: int = 0


class PromptBuilder:
    """Builds prompts for one language model."""

    def __init__(
        self, *, template: ChatTemplate, tokens: PromptTokens, few_shot: FewShotSet, max_model_tokens: int
    ) -> None:
        """Keeps the parts.

        Args:
            template: the model's chat format.
            tokens: the model's tokenizer.
            few_shot: example sentences.
            max_model_tokens: the engine's ``max_model_len``: prompt and answer together.
        """
        self._template = template
        self._tokens = tokens
        self._few_shot = few_shot
        self._max_model_tokens = max_model_tokens
        # vLLM tokenizes the prompt with the tokenizer's own special tokens: a second one would be one too many.
        self._drop_bos = bool(template.bos_token) and tokens.adds(template.bos_token)
        self._expansion = cache(self._measure_expansion)

    def build(self, text: str, options: TranslateOptions) -> TranslationPrompt:
        """The prompt for one sentence.

        Args:
            text: the sentence (or paragraph).
            options: languages, context, terms, style; of the answer, what is committed.

        Raises:
            LiveTranslateError: ``TEXT_TOO_LONG`` when prompt and answer do not fit the model, even without context.
        """
        source_tokens = self._tokens.count(text)
        answer_tokens = math.ceil(self._expansion(options.source, options.target) * source_tokens)
        for dropped in range(len(options.context) + 1):
            messages = self._messages(text, options, options.context[dropped:])
            prompt = self._render(messages, options.committed)
            prompt_tokens = self._tokens.count(prompt)
            room = self._max_model_tokens - prompt_tokens
            if answer_tokens + _MARGIN_TOKENS <= room:
                max_tokens = min(math.ceil(_MARGIN * answer_tokens) + _MARGIN_TOKENS, room)
                # Captions are one line, and small models like to explain themselves on the next.
                stop = () if "\n" in text else ("\n",)
                sampling = SamplingParameters(max_tokens=max_tokens, stop=stop)
                return TranslationPrompt(prompt, prompt_tokens, sampling, tuple(messages), dropped_context=dropped)
        raise LiveTranslateError(
            ErrorCode.TEXT_TOO_LONG,
            f"TEXT has {source_tokens:,} tokens; with its prompt of {prompt_tokens:,} and an answer of about "
            f"{answer_tokens:,} it exceeds the model's {self._max_model_tokens:,}. Send it in parts.",
        )

    def _messages(self, text: str, options: TranslateOptions, context: Sequence[SentencePair]) -> list[Message]:
        examples = self._few_shot.examples(options.source, options.target)
        messages = [Message(role="system", content=instruction(options))]
        for pair in (*examples, *(self._defused(pair) for pair in context)):
            messages.append(question(pair.source, options.target))
            messages.append(Message(role="assistant", content=pair.target))
        requirements = self._tokens.defuse(requirements_for(text, options))
        messages.append(question(self._tokens.defuse(text), options.target, requirements))
        return messages

    def _render(self, messages: Sequence[Message], committed: str) -> str:
        prompt = self._template.render(messages) + self._tokens.defuse(committed)
        return prompt.removeprefix(self._template.bos_token) if self._drop_bos else prompt

    def _defused(self, pair: SentencePair) -> SentencePair:
        return SentencePair(source=self._tokens.defuse(pair.source), target=self._tokens.defuse(pair.target))

    def _measure_expansion(self, source: str, target: str) -> float:
        """Tokens of a translation per token of its source, measured on the examples."""
        examples = self._few_shot.examples(source, target)
        if not examples:
            return _UNKNOWN_EXPANSION
        before = sum(self._tokens.count(pair.source) for pair in examples)
        after = sum(self._tokens.count(pair.target) for pair in examples)
        return after / before

"""The translator's parameters, from its config.pbtxt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ModelPair:
    """A language model of this server and what writes its prompts."""

    name: str
    model: str
    prompt_model: str


@dataclass(frozen=True)
class TranslatorSettings:
    """See config.pbtxt, which says what each is for.

    Attributes:
        routes: ways to a translation, in order.
        timeout_s: for a sentence.
        silence_s: after which a model is given up.
        max_running: sentences at once.
        max_waiting: sentences that may wait beyond.
        breaker_failures: in a row, after which a route is left alone.
        breaker_recovery_s: for so long.
    """

    routes: tuple[ModelPair, ...]
    timeout_s: float
    silence_s: float
    max_running: int
    max_waiting: int
    breaker_failures: int
    breaker_recovery_s: float

    @classmethod
    def from_config(cls, model_config: Mapping[str, Any]) -> TranslatorSettings:
        """Reads a model configuration as Triton gives it.

        Raises:
            ValueError: a parameter is missing or no number of its kind; with its name.
        """
        values = {name: given["string_value"] for name, given in model_config.get("parameters", {}).items()}
        try:
            settings = cls(
                routes=tuple(_pair(text) for text in values["routes"].split()),
                timeout_s=float(values["timeout_s"]),
                silence_s=float(values["silence_s"]),
                max_running=int(values["max_running"]),
                max_waiting=int(values["max_waiting"]),
                breaker_failures=int(values["breaker_failures"]),
                breaker_recovery_s=float(values["breaker_recovery_s"]),
            )
        except KeyError as missing:
            raise ValueError(f"The parameter {missing} of translator is missing in its config.pbtxt.") from missing
        numbers = (settings.timeout_s, settings.silence_s, settings.max_running, settings.breaker_failures)
        if not settings.routes or min(numbers) <= 0 or settings.max_waiting < 0 or settings.breaker_recovery_s < 0:
            raise ValueError(f"translator's parameters must be positive, and name a route: {values}.")
        return settings


def _pair(text: str) -> ModelPair:
    name, equals, models = text.partition("=")
    model, slash, prompt_model = models.partition("/")
    if not (name and equals and model and slash and prompt_model):
        raise ValueError(f"The route {text!r} of translator is not NAME=MODEL/PROMPT_MODEL.")
    return ModelPair(name, model, prompt_model)

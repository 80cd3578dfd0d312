"""How sure the model is of a text: its log-probability token by token, and the probability of no speech.

openvino-genai's Whisper pipeline gives no probabilities (``scores`` is a constant 1.0 in its source, pipeline.cpp), so
the finished text is put through the same weights once more: one encoder pass and one decoder pass over all its tokens
at once (teacher forcing). The numbers are the model's own, before the suppression of special tokens, and without the
prompt of the request. It costs about as much as the encoder: see ``TranscribeOptions.scores``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov
from engine_settings import EngineSettings
from mel_features import MelFeatures, Samples


@dataclass(frozen=True)
class Scores:
    """The model's opinion of a text.

    Attributes:
        token_logprobs: natural logarithm of each text token's probability, then the end token's.
        no_speech_prob: probability that the window holds no speech.
    """

    token_logprobs: tuple[float, ...]
    no_speech_prob: float

    @property
    def avg_logprob(self) -> float:
        """Mean over the text tokens and the end token, as OpenAI's implementation averages."""
        return float(np.mean(self.token_logprobs))


class TextScorer:
    """Encoder and decoder of the weights, compiled once more for whole texts. Not thread-safe."""

    def __init__(self, weights: Path, device: str, settings: EngineSettings) -> None:
        # NPU drivers refuse dynamic shapes; there the processor scores.
        device = "CPU" if device == "NPU" else device
        core = ov.Core()
        properties = settings.properties(device)
        self._encoder = core.compile_model(weights / "openvino_encoder_model.xml", device, properties)
        self._decoder = core.compile_model(weights / "openvino_decoder_model.xml", device, properties)
        bands = json.loads((weights / "preprocessor_config.json").read_text(encoding="utf-8"))["feature_size"]
        self._features = MelFeatures(bands)

    def score(
        self, samples: Samples, token_ids: Sequence[int], *, prompt_ids: Sequence[int], end_id: int, no_speech_id: int
    ) -> Scores:
        """Scores a text against its audio.

        Args:
            samples: 16 kHz mono float32, shape [n], at most 30 s.
            token_ids: the text.
            prompt_ids: the tokens that open the transcript (start, language, task, no timestamps).
            end_id: the token that ends it.
            no_speech_id: the token whose probability right after the start token means "no speech".
        """
        hidden = self._encoder(self._features(samples))[0]
        request = self._decoder.create_infer_request()  # a new one: the decoder keeps state between calls
        outputs = request.infer(
            {
                "encoder_hidden_states": hidden,
                "input_ids": np.array([[*prompt_ids, *token_ids]], np.int64),
                "beam_idx": np.zeros(1, np.int32),
            }
        )
        logits = outputs["logits"][0].astype(np.float32, copy=False)
        first = len(prompt_ids) - 1
        targets = np.array([*token_ids, end_id])
        rows = logits[first:]
        logprobs = rows[np.arange(targets.size), targets] - _log_sum_exp(rows)
        no_speech = logits[0, no_speech_id] - _log_sum_exp(logits[:1])[0]
        return Scores(tuple(float(value) for value in logprobs), float(np.exp(no_speech)))


def _log_sum_exp(rows: Samples) -> Samples:
    highest = rows.max(axis=1)
    result: Samples = highest + np.log(np.exp(rows - highest[:, np.newaxis]).sum(axis=1))
    return result

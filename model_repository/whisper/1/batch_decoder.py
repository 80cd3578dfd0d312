"""One decoder run for the windows of several sessions: prompts, audio and texts of different lengths side by side.

Rows are padded on the left, so that the newest token of every row is the last column; masks hide the padding and
positions count from each row's own first token (see :mod:`decoder_graph`). A row that has ended is carried along until
all have: texts of a live window are a few tokens long, and the run's state cannot shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov
from decoder_graph import MASKED, open_decoder
from engine_settings import EngineSettings
from vocabulary import Vocabulary
from window_encoder import States

Floats = npt.NDArray[np.float32]

MAX_TOKENS = 448
"""Rows of the decoder's position table: prompt and text together."""


@dataclass
class Row:
    """One window's text, before and after decoding.

    Attributes:
        states: what the encoder heard, float32 [1, s, width].
        prompt: all tokens that are given: context, opening, forced text.
        start_at: index in ``prompt`` of the start token.
        text_at: index in ``prompt`` of the first text token (the length of ``prompt`` when no text is forced).
        max_tokens: most tokens to decode.
        never_first: tokens that cannot follow the forced text; None where all may.
        is_over: asked after each token, with the tokens decoded so far and the attention of each; True ends the row.
        tokens: decoded text tokens.
        logprobs: their natural log-probabilities; one more for the end token, when it came.
        no_speech_prob: probability of "no speech" right after the start token.
        attention: where each text token (forced and decoded) is heard, and last what follows them, float32 [n + 1, s].
        ended: the model ended the text by itself.
    """

    states: States
    prompt: list[int]
    start_at: int
    text_at: int
    max_tokens: int
    never_first: npt.NDArray[np.int64] | None = None
    is_over: Callable[[Sequence[int], Floats], bool] = lambda _tokens, _attention: False
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    no_speech_prob: float = 0.0
    attention: list[Floats] = field(default_factory=list)
    ended: bool = False
    stopped: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the row needs no further token."""
        return self.ended or self.stopped or len(self.tokens) >= self.max_tokens


class BatchDecoder:
    """The opened decoder on one device. Not thread-safe: it has one state."""

    def __init__(
        self, core: ov.Core, weights: Path, device: str, settings: EngineSettings, vocabulary: Vocabulary
    ) -> None:
        model = open_decoder(core, weights / "openvino_decoder_model.xml", alignment_heads=vocabulary.alignment_heads)
        # NPU drivers refuse open shapes; there the processor decodes what the NPU has encoded.
        device = "CPU" if device == "NPU" else device
        # Full precision: a decoder step reads weights, it hardly computes, so half precision saves nothing here, and
        # with it a text depends on what else is in the batch.
        properties = settings.properties(device) | {"INFERENCE_PRECISION_HINT": "f32"}
        self._model = core.compile_model(model, device, properties)
        self._vocabulary = vocabulary
        self._never = np.array(vocabulary.suppressed, np.int64)

    def language_probs(self, states: Sequence[States]) -> list[dict[str, float]]:
        """The probability of each language the weights know, by window."""
        rows = [Row(window, [self._vocabulary.start_id], 0, 1, 0) for window in states]
        logits = self._open_run(rows).logits[:, -1]
        ids = self._vocabulary.language_ids
        result = []
        for row in logits[:, list(ids.values())]:
            weights = np.exp(row - row.max())
            result.append(dict(zip(ids, (weights / weights.sum()).tolist(), strict=True)))
        return result

    def decode(self, rows: Sequence[Row]) -> None:
        """Decodes all rows greedily to their ends; results are left in them."""
        run = self._open_run(rows)
        for row, first, attention, length in zip(rows, run.logits[:, 0], run.attention, run.lengths, strict=True):
            row.no_speech_prob = float(np.exp(_log_softmax(first)[self._vocabulary.no_speech_id]))
            shown = attention[attention.shape[0] - length + row.text_at - 1 :, : row.states.shape[1]]
            row.attention = list(shown)
        while True:
            newest = [self._choose(row, logits) for row, logits in zip(rows, run.logits[:, -1], strict=True)]
            if all(row.is_done for row in rows):
                return
            run.step(newest)
            for row, attention in zip(rows, run.attention, strict=True):
                if not row.is_done:
                    row.attention.append(attention[-1, : row.states.shape[1]])

    def _choose(self, row: Row, logits: Floats) -> int:
        end_id = self._vocabulary.end_id
        if row.is_done:
            return end_id
        logits[self._never] = -np.inf
        logits[end_id + 1 :] = -np.inf  # the other special tokens, and timestamps
        logprobs = _log_softmax(logits)
        if row.never_first is not None and not row.tokens:
            logits[row.never_first] = -np.inf  # after the probabilities: a word that was not the first choice is unsure
        token = int(np.argmax(logits))
        row.logprobs.append(float(logprobs[token]))
        if token == end_id:
            row.ended = True
            return end_id
        row.tokens.append(token)
        row.stopped = row.is_over(row.tokens, row.attention[-1])
        return token

    def _open_run(self, rows: Sequence[Row]) -> _Run:
        # A request of its own: one that was reset and then given another batch size returned NaN (OpenVINO 2026.4.1).
        return _Run(self._model.create_infer_request(), rows, pad_id=self._vocabulary.end_id)


class _Run:
    """The state of a batch between steps."""

    def __init__(self, request: ov.InferRequest, rows: Sequence[Row], *, pad_id: int) -> None:
        self._request = request
        self._states = _padded([row.states[0] for row in rows])
        self.lengths = [len(row.prompt) for row in rows]
        width = max(self.lengths)
        heard = np.array([row.states.shape[1] for row in rows])
        self._cross_mask = _mask(np.arange(self._states.shape[1]) < heard[:, None])[:, None, None]
        self._is_token = np.arange(width) >= width - np.array(self.lengths)[:, None]
        self._next_position = np.array(self.lengths)
        tokens = np.full((len(rows), width), pad_id, np.int64)
        for row, line in zip(rows, tokens, strict=True):
            line[width - len(row.prompt) :] = row.prompt
        positions = np.maximum(np.arange(width) - (width - np.array(self.lengths))[:, None], 0)
        starts = width - np.array(self.lengths) + np.array([row.start_at for row in rows])
        # Padding sees itself, or its softmax would have nothing to share out.
        seen = (np.arange(width) <= np.arange(width)[:, None]) & self._is_token[:, None]
        seen |= np.eye(width, dtype=bool)
        self._infer(tokens, positions, _mask(seen)[:, None], np.stack([starts, np.full_like(starts, width - 1)], 1))

    def step(self, tokens: Sequence[int]) -> None:
        """Adds one token to each row."""
        self._is_token = np.pad(self._is_token, ((0, 0), (0, 1)), constant_values=True)
        count = len(tokens)
        self._infer(
            np.array(tokens, np.int64)[:, None],
            self._next_position[:, None],
            _mask(self._is_token)[:, None, None],
            np.zeros((count, 1), np.int64),
        )
        # A row that has ended is carried along, maybe beyond the table; nobody reads what it says there.
        self._next_position = np.minimum(self._next_position + 1, MAX_TOKENS - 1)

    def _infer(
        self,
        tokens: npt.NDArray[np.int64],
        positions: npt.NDArray[np.int64],
        self_mask: Floats,
        logit_index: npt.NDArray[np.int64],
    ) -> None:
        outputs = self._request.infer(
            {
                "input_ids": tokens,
                "encoder_hidden_states": self._states,
                "beam_idx": np.arange(len(tokens), dtype=np.int32),
                "self_mask": self_mask,
                "cross_mask": self._cross_mask,
                "position_ids": positions,
                "logit_index": logit_index,
            }
        )
        # Copies: the next step writes over the outputs, and writing into them upsets it.
        self.logits: Floats = np.array(outputs["logits"])
        self.attention: Floats = np.array(outputs["alignment"])


def _padded(states: Sequence[Floats]) -> Floats:
    longest = max(len(window) for window in states)
    return np.stack([np.pad(window, ((0, longest - len(window)), (0, 0))) for window in states])


def _mask(seen: npt.NDArray[np.bool_]) -> Floats:
    mask: Floats = np.where(seen, np.float32(0.0), MASKED)
    return mask


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max()
    result: Floats = shifted - np.log(np.exp(shifted).sum())
    return result

"""Requests for live windows to answers: refused at the edge, decoded together, taking turns with whole clips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openvino as ov
from engine_probe import ProbeClip, words_right
from engine_settings import EngineSettings
from live_decoder import LiveDecoder, LiveWindow
from turns import Turns

from livetranslate.protocol import ErrorCode, LiveTranslateError, WindowOptions, WindowText
from livetranslate.protocol.limits import SAMPLE_RATE_HZ

_MIN_WORDS_RIGHT = 0.7
_WARM_UP_S = (1.0, 2.0, 4.0)


class LiveWindows:
    """The live decoder, probed and warm. Thread-safe: decodings take turns."""

    def __init__(self, decoder: LiveDecoder, turns: Turns) -> None:
        self._decoder = decoder
        self._turns = turns

    @classmethod
    def load(
        cls, weights: Path, device: str, settings: EngineSettings, *, turns: Turns, clips: Sequence[ProbeClip]
    ) -> LiveWindows:
        """Opens encoder and decoder and decodes the probe's clips, each alone and all in one run.

        Raises:
            LiveTranslateError: ``DEVICE_UNAVAILABLE``: the device does not hear what is said.
        """
        decoder = LiveDecoder(ov.Core(), weights, device, settings)
        options = WindowOptions(language="en")
        windows = [LiveWindow(clip.samples, options) for clip in clips]
        for texts in ([decoder.decode([window])[0] for window in windows], decoder.decode(windows)):
            for clip, text in zip(clips, texts, strict=True):
                heard = " ".join(word.text for word in text.words)
                if words_right(heard, clip.text) < _MIN_WORDS_RIGHT:
                    raise LiveTranslateError(
                        ErrorCode.DEVICE_UNAVAILABLE,
                        f"Live decoding on {device} heard {heard[:120]!r} where {clip.text!r} is said. Check the "
                        "drivers, or set the parameter device to one that works (CPU always should).",
                    )
        for seconds in _WARM_UP_S:  # kernels are made once a length
            decoder.decode([LiveWindow(clips[0].samples[: round(seconds * SAMPLE_RATE_HZ)], WindowOptions())])
        return cls(decoder, turns)

    def check(self, window: LiveWindow) -> None:
        """Refuses a window that cannot be decoded (see :meth:`LiveDecoder.check`)."""
        self._decoder.check(window)

    def decode(self, windows: Sequence[LiveWindow]) -> list[WindowText]:
        """Decodes windows together; one text each, in order.

        A caller checks each window first (:meth:`check`), so that a refused one harms no neighbour.
        """
        with self._turns.urgent():
            return self._decoder.decode(windows)

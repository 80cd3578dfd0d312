"""Limits of the wire contract. Clients may check them early; servers always do."""

from __future__ import annotations

from typing import Final

SAMPLE_RATE_HZ: Final = 16_000
"""The only rate models see inside the server."""

MIN_INPUT_RATE_HZ: Final = 4_000
MAX_INPUT_RATE_HZ: Final = 384_000
MAX_CHANNELS: Final = 32

MIN_AUDIO_S: Final = 0.1
"""Shorter audio holds no word; it is refused rather than guessed at."""

MAX_FILE_AUDIO_S: Final = 4 * 3600.0
MAX_FILE_BYTES: Final = 2**31 - 1
"""Largest request a gRPC message can carry."""

MAX_CHUNK_BYTES: Final = 1 << 20
"""Largest AUDIO tensor of one live chunk: over 5 s of 48 kHz stereo s16le."""

MAX_SAMPLE_MAGNITUDE: Final = 8.0
"""Float audio is nominally within [-1, 1]; some headroom is scaled down, more is a unit mistake."""

MAX_TARGETS: Final = 8
MAX_TEXT_CHARS: Final = 5_000
MAX_CONTEXT_PAIRS: Final = 16
MAX_PROMPT_CHARS: Final = 1_000
MAX_HOTWORDS_CHARS: Final = 300

MAX_RESUME_TOKEN_CHARS: Final = 2_048
MAX_COMMITTED_WORDS: Final = 512
"""Of one open utterance: nobody says more in half a minute."""

MAX_UNTRANSLATED: Final = 64
"""Of a resumed session; also bounds what waits for translation."""

MAX_TERMS: Final = 500
MAX_TERM_CHARS: Final = 100
MAX_DOMAIN_CHARS: Final = 200

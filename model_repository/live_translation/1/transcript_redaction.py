"""Personal data out of a final transcript: its text, and its words, which must not say what the text does not."""

from __future__ import annotations

import msgspec
from listener import FinalWords

from livetranslate.protocol import SessionOptions
from livetranslate.protocol.transcript import Word
from livetranslate.redaction import redact


def without_partials(options: SessionOptions) -> SessionOptions:
    """The options of a session whose transcripts are redacted: nothing is shown before it is whole."""
    return msgspec.structs.replace(options, partials=False, early_pause_s=0.0)


def redacted(final: FinalWords) -> FinalWords:
    """The same utterance with placeholders such as ``[EMAIL]``.

    A word that a find covers, even in part, is replaced: the first one of a find carries the placeholder and the times
    of all, the others go. A word that cannot be found in the text goes, too.
    """
    result = redact(final.text)
    if not result.finds:
        return final
    words: list[Word] = []
    carrier: dict[int, int] = {}
    position = 0
    for word in final.words:
        spoken = word.text.strip()
        start = final.text.find(spoken, position)
        if not spoken or start < 0:
            continue
        position = end = start + len(spoken)
        number = next((n for n, find in enumerate(result.finds) if find.start < end and start < find.end), None)
        if number is None:
            words.append(word)
        elif number not in carrier:
            carrier[number] = len(words)
            placeholder = f"[{result.finds[number].kind.value.upper()}]"
            words.append(msgspec.structs.replace(word, text=placeholder))
        else:
            first = words[carrier[number]]
            words[carrier[number]] = msgspec.structs.replace(first, end_s=word.end_s)
    return FinalWords(result.text, tuple(words), final.language, final.avg_logprob)

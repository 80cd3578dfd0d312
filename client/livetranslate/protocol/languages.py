"""The languages Whisper hears and the translator is asked for: ISO 639 code and English name."""

from __future__ import annotations

from livetranslate.protocol.errors import ErrorCode, LiveTranslateError

AUTO = "auto"
"""Source language to be detected from the speech."""

# The languages of OpenAI Whisper's multilingual tokenizer (Radford et al. 2022, "Robust Speech Recognition via
# Large-Scale Weak Supervision"), with its codes.
_TABLE = """
en:English zh:Chinese de:German es:Spanish ru:Russian ko:Korean fr:French ja:Japanese pt:Portuguese
tr:Turkish pl:Polish ca:Catalan nl:Dutch ar:Arabic sv:Swedish it:Italian id:Indonesian hi:Hindi fi:Finnish
vi:Vietnamese he:Hebrew uk:Ukrainian el:Greek ms:Malay cs:Czech ro:Romanian da:Danish hu:Hungarian ta:Tamil
no:Norwegian th:Thai ur:Urdu hr:Croatian bg:Bulgarian lt:Lithuanian la:Latin mi:Maori ml:Malayalam cy:Welsh
sk:Slovak te:Telugu fa:Persian lv:Latvian bn:Bengali sr:Serbian az:Azerbaijani sl:Slovenian kn:Kannada
et:Estonian mk:Macedonian br:Breton eu:Basque is:Icelandic hy:Armenian ne:Nepali mn:Mongolian bs:Bosnian
kk:Kazakh sq:Albanian sw:Swahili gl:Galician mr:Marathi pa:Punjabi si:Sinhala km:Khmer sn:Shona yo:Yoruba
so:Somali af:Afrikaans oc:Occitan ka:Georgian be:Belarusian tg:Tajik sd:Sindhi gu:Gujarati am:Amharic
yi:Yiddish lo:Lao uz:Uzbek fo:Faroese ht:Haitian ps:Pashto tk:Turkmen nn:Nynorsk mt:Maltese sa:Sanskrit
lb:Luxembourgish my:Burmese bo:Tibetan tl:Tagalog mg:Malagasy as:Assamese tt:Tatar haw:Hawaiian ln:Lingala
ha:Hausa ba:Bashkir jw:Javanese su:Sundanese yue:Cantonese
"""

LANGUAGES: dict[str, str] = dict(pair.split(":") for pair in _TABLE.split())
"""Code -> English name, in Whisper's order."""


def language_name(code: str) -> str:
    """English name of a language code.

    Raises:
        LiveTranslateError: ``LANGUAGE_UNKNOWN``.
    """
    check_language(code)
    return LANGUAGES[code]


def check_language(code: str, *, allow_auto: bool = False) -> str:
    """Returns the code when it is known.

    Raises:
        LiveTranslateError: ``LANGUAGE_UNKNOWN``, naming the code and how to list the known ones.
    """
    if code in LANGUAGES or (allow_auto and code == AUTO):
        return code
    extra = " or 'auto'" if allow_auto else ""
    raise LiveTranslateError(
        ErrorCode.LANGUAGE_UNKNOWN,
        f"Language {code[:20]!r} is not known; use one of {len(LANGUAGES)} ISO 639 codes such as en, es, fr, de, zh, ja"
        f"{extra} ('livetranslate languages' lists them).",
    )

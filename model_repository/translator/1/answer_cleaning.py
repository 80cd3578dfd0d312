"""A language model's answer without what is no translation: announcements, quotes, notes, markup, labels, echoes.

Each step leaves alone what the source has too: a speaker may well quote, add a note, or say "here is the translation".
"""

from __future__ import annotations

import re
import unicodedata

from answer_phrases import (
    ENGLISH_OPENER,
    LANGUAGE_LABEL,
    NOTE_INSIDE,
    NOTE_WORD,
    OPENERS,
    PROMPT_LABEL,
    SHORT_PREAMBLES,
    TRANSLATION_WORD,
)
from scripts import HAN, HANGUL, KANA, LATIN, letters_by_script, scripts_of

_LONGEST_PREAMBLE = 100
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)|\A[^<]{0,4000}</think>", re.DOTALL | re.IGNORECASE)
_END_TOKEN = re.compile(
    r"<[|｜](?:im_end|end|endoftext|eot_id|end_of_text|end▁of▁sentence|im_start|start_header_id)[|｜]>|</s>|<eos>|"
    r"<end_of_turn>|\[/?INST\]",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"<[|｜][^|｜<>\s]{1,40}[|｜]>|</?s>|<(?:bos|eos|pad|unk)>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\A\s*```[\w+-]*[ \t]*\n(.*?)(?:\n?```\s*\Z|\Z)", re.DOTALL)
_WRAPS = ("***", "**", "__", "*", "`")
_LEADING_MARK = re.compile(r"\A(?:#{1,6}|>|[-*•]|→|->|=>)\s+")
_PAIRS = {
    '"': '"', "“": "”", "”": "”", "„": "“”\"", "«": "»", "»": "«", "‹": "›", "「": "」", "『": "』", "‘": "’", "'": "'",
    "〝": "〟", "＂": "＂", "‚": "‘",
}  # fmt: skip
_SINGLE = "'‘’‚‹›"
_DOUBLE = '"“”„«»「」『』〝〟＂'
_ANY_QUOTE = re.compile(f"[{_DOUBLE}]|(?<!\\w)['‘‚‹]\\w|\\w['’›](?!\\w)")
_LAST_QUOTED = re.compile(r"[\"“„«「『](?P<quoted>[^\"“”„«»「」『』]+)[\"”“»」』]\s*[.。!！]?\s*\Z")
_LABEL = re.compile(
    rf"\A(?:\*\*|__)?(?:{LANGUAGE_LABEL.pattern}|{PROMPT_LABEL.pattern})(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*", re.I
)
_ANY_LABEL = re.compile(r"\A[^:：\n]{1,40}[:：]")
_NOTE = re.compile(
    rf"(?<=[\s.。!！?？…\"”»」)）])[\s(（\[【*_]{{0,4}}(?:\b(?:{NOTE_WORD})|[注註])(?:\*\*)?\s?[:：].*\Z",
    re.DOTALL | re.I,
)
_NOTE_ALONE = re.compile(rf"\A\W{{0,3}}(?:{NOTE_WORD})\s?[:：]", re.IGNORECASE)
_HAS_NOTE = re.compile(rf"(?:\b(?:{NOTE_WORD})\b|[注註※])", re.IGNORECASE)
_BRACKETS = re.compile(
    r"\s*(?:\((?P<round>[^()]*)\)|（(?P<wide>[^（）]*)）|\[(?P<square>[^\[\]]*)\]|"
    r"【(?P<thick>[^【】]*)】)([.。!?！？]?)\s*\Z"
)
_ECHO_SEPARATOR = re.compile(r"\A[\"”»」]?\s*(?:\n|→|->|=>|⇒|=|[:：]|[-–—]\s)\s*")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")


def clean(answer: str, source: str, target: str) -> str:
    """The translation in an answer.

    A good translation comes back as it is, but for repeated white space; cleaning twice changes nothing more.

    Args:
        answer: what the language model said, whole or so far.
        source: what was to be translated.
        target: ISO 639-1 code of the language it was to be translated into.

    Returns:
        The translation; empty when there is nothing else.
    """
    text = _without_tokens(answer, source)
    before = None
    while text != before:  # a preamble may hide quotes, and quotes a preamble
        before = text
        text = without_preamble(without_markup(text, source), source, target)
        text = without_quotes(without_note(text, source, target), source)
    return text


def without_preamble(text: str, source: str, target: str) -> str:
    """Drops an announcement ("Sure! Here is the translation:"), a label ("Spanish:"), and the source said again."""
    text = _without_echo(text, source)
    about_translation = TRANSLATION_WORD.search(source) is not None
    head, colon, rest = _split_at_colon(text)
    if colon and len(head) <= _LONGEST_PREAMBLE and not about_translation and TRANSLATION_WORD.search(head):
        return rest
    if not about_translation and TRANSLATION_WORD.search(text):
        quoted = _LAST_QUOTED.search(text)
        if quoted and not _ANY_QUOTE.search(source) and TRANSLATION_WORD.search(text[: quoted.start()]):
            return quoted["quoted"].strip()
        first, line_break, below = text.partition("\n")
        if line_break and "\n" not in source and TRANSLATION_WORD.search(first) and len(first) <= _LONGEST_PREAMBLE:
            return below.strip()
    if target != "en" and not OPENERS.match(source):
        text = ENGLISH_OPENER.sub("", text, count=1) if ENGLISH_OPENER.match(text) else text
    if colon and not _ANY_LABEL.match(source):
        obliging = SHORT_PREAMBLES.fullmatch(head.strip(" *_!,.。！，")) or (
            OPENERS.match(head) and text[len(head) + 1 :][:1] == "\n"
        )
        if obliging and not OPENERS.match(source):
            return rest
    label = _LABEL.match(text)
    if label and not _ANY_LABEL.match(source):
        return text[label.end() :].strip()
    return text


def without_quotes(text: str, source: str) -> str:
    """Drops quotes around the whole, or a lone one at an end, when the source has none."""
    if not text or _ANY_QUOTE.search(source):
        return text
    closing = _PAIRS.get(text[0], "")
    body = text.rstrip(".。") if text[-1] in ".。" and text[:-1].rstrip()[-1:] in tuple(closing) else text
    if len(body) > 1 and closing and body[-1] in closing:
        inner = body[1:-1]
        if not any(quote in inner for quote in (text[0], *closing)) or (
            text[0] in _SINGLE and not re.search(rf"\W[{closing}]|[{closing}]\W", inner)
        ):
            ending = text[len(body) :] if inner[-1:] not in tuple(".。!?！？…") else ""
            return (inner + ending).strip()
    if sum(text.count(quote) for quote in _DOUBLE) == 1 and (text[0] in _DOUBLE or text[-1] in _DOUBLE):
        return text.strip(_DOUBLE).strip()
    return text


def without_note(text: str, source: str, target: str) -> str:
    """Drops what the model says about its translation: further lines, notes, parentheses with another wording."""
    if "\n" in text and "\n" not in source.strip():
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        text = lines[0] if lines else ""
    if not _HAS_NOTE.search(source) and "\n" not in source:
        cut = _NOTE.sub("", text)
        text = "" if _NOTE_ALONE.match(text) else text if cut == text else cut.rstrip(" (（[【*-–—")
    bracket = _BRACKETS.search(text)
    if bracket and not re.search(r"[(（\[【]", source):
        content = next(group for group in bracket.groups()[:4] if group is not None).strip()
        if (
            NOTE_INSIDE.search(content)
            or _same(content, source)
            or _is_romanised(content, text[: bracket.start()], target)
        ):
            text = text[: bracket.start()] + bracket[5]
    return text.strip()


def without_markup(text: str, source: str) -> str:
    """Drops Markdown around the whole, and repeated white space."""
    if "```" not in source:
        fenced = _FENCE.match(text)
        text = fenced[1] if fenced else text
    text = _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    for wrap in _WRAPS:
        inner = text[len(wrap) : -len(wrap)]
        if (
            wrap[0] not in source
            and len(text) > 2 * len(wrap)
            and text.startswith(wrap)
            and text.endswith(wrap)
            and wrap not in inner
        ):
            text = inner.strip()
    if not _LEADING_MARK.match(source):
        text = _LEADING_MARK.sub("", text)
    return text


def _without_tokens(text: str, source: str) -> str:
    """Ends the text at an end-of-turn token and drops control tokens and thoughts, but for those the source has."""
    if "think>" not in source:
        text = _THINKING.sub("", text)
    for end in _END_TOKEN.finditer(text):
        if end[0] not in source and text[: end.start()].strip():
            text = text[: end.start()]
            break
    return _TOKEN.sub(lambda token: token[0] if token[0] in source else "", text)


def _without_echo(text: str, source: str) -> str:
    """Drops the source where the translation follows it, by a line, an arrow, a colon or a dash."""
    source = source.strip()
    if "\n" in text and "\n" not in source:
        lines = [line.strip() for line in text.split("\n")]
        rest = [line for line in lines if not _same(_LABEL.sub("", line), source)]
        if any(rest) and len(rest) < len(lines):
            return "\n".join(rest).strip()
    start = 1 if text[:1] in _PAIRS and text[1:].startswith(source) else 0
    if source and text.startswith(source, start) and len(source) > 1:
        rest_of_text = text[start + len(source) :]
        separator = _ECHO_SEPARATOR.match(rest_of_text)
        if separator and rest_of_text[separator.end() :].strip():
            return rest_of_text[separator.end() :].strip()
    return text


def _split_at_colon(text: str) -> tuple[str, str, str]:
    found = re.search(r"[:：]", text.split("\n", 1)[0])
    if not found:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :].lstrip("*_").strip()


def _same(one: str, other: str) -> bool:
    return bool(bare(one)) and bare(one) == bare(other)


def bare(text: str) -> str:
    """Letters and digits alone, folded: what two spellings of one text share."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())


def _is_romanised(content: str, before: str, target: str) -> bool:
    """Whether a parenthesis spells a text of East Asia in Latin letters ("你好 (Nǐ hǎo)")."""
    if not {HAN, KANA, HANGUL} & set(scripts_of(target)):
        return False
    is_latin = set(letters_by_script(content)) == {LATIN} and " " in content
    return is_latin and (not content.isascii() or len(content) > len(before)) and LATIN not in letters_by_script(before)

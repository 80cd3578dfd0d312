"""Words that go with numbers: scales, currencies, per cent, both, a dozen. Data, no code but the patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

_THOUSAND, _TEN_THOUSAND, _MILLION, _MILLIARD, _BILLION = (Decimal(10) ** power for power in (3, 4, 6, 9, 12))

_HAN = {_THOUSAND: "천", _TEN_THOUSAND: "[万萬만]", Decimal(10**8): "[亿億억]"}
_SHARED = {
    _THOUSAND: r"k(?!\w)|тыс(?:яч[аиу]?)?\.?|тисяч[аі]?|tys(?:i[ąę]c[ey]?|ięcy)?\.?|tusen|ribu|nghìn|bin|"
    r"हज़ार|हजार|ألف|آلاف",
    _MILLION: r"(?-i:M)(?!\w)|m(?:ln|n|io)\.?(?!\w)|mil(?:j?on(?:er|en|y|ów)?|joner|joen|yon)|миллион(?:а|ов)?|млн\.?|"
    r"мільйон(?:а|ів|и)?|juta|triệu|मिलियन|مليون|ملايين",
    _MILLIARD: r"bn(?!\w)|миллиард(?:а|ов)?|млрд\.?|мільярд(?:а|ів|и)?|mil[ij]ard(?:y|ów|er)?|milyar|miliar|tỷ|مليار",
    Decimal(10**5): "लाख",
    Decimal(10**7): "करोड़",
    **_HAN,
}
_OWN = {
    "en": {
        _THOUSAND: "thousand",
        _MILLION: "million",
        _MILLIARD: "billion",
        _BILLION: "trillion|tn",
        Decimal(12): "dozen",
    },
    "de": {
        _THOUSAND: r"Tausend|Tsd\.?",
        _MILLION: r"Million(?:en)?|Mio\.?",
        _MILLIARD: r"Milliarden?|Mrd\.?",
        _BILLION: "Billion(?:en)?",
    },
    "es": {
        _MILLIARD: "mil millones|millardos?",
        _THOUSAND: "mil",
        _MILLION: "mill[oó]n(?:es)?",
        _BILLION: "bill[oó]n(?:es)?",
    },
    "fr": {_THOUSAND: "mille", _MILLION: "millions?", _MILLIARD: "milliards?|Md", _BILLION: "billions?"},
    "it": {_THOUSAND: "mila", _MILLION: "milion[ei]", _MILLIARD: "miliard[oi]", _BILLION: "bilion[ei]"},
    "pt": {
        _MILLIARD: "mil milhões|bilh(?:ão|ões)",
        _THOUSAND: "mil",
        _MILLION: "milh(?:ão|ões)",
        _BILLION: "trilh(?:ão|ões)|bili(?:ão|ões)",
    },
    "nl": {_THOUSAND: "duizend", _MILLION: "miljoen", _MILLIARD: "miljard", _BILLION: "biljoen"},
}


def _compiled(scales: Mapping[Decimal, str]) -> tuple[tuple[re.Pattern[str], Decimal], ...]:
    return tuple(
        (re.compile(rf"\s?-?(?:{words})(?![^\W\d_])", re.IGNORECASE), factor) for factor, words in scales.items()
    )


_SCALES = {
    "": _compiled(_SHARED),
    **{language: (*_compiled(scales), *_compiled(_SHARED)) for language, scales in _OWN.items()},
    **dict.fromkeys(
        ("zh", "ja", "yue", "ko"), tuple((re.compile(rf"\s?{word}"), factor) for factor, word in _HAN.items())
    ),
}


def scale_at(text: str, at: int, language: str) -> tuple[Decimal, int]:
    """The factor that a word behind a number stands for ("2.5 million"), and where it ends; 1 when there is none."""
    for pattern, factor in _SCALES.get(language, _SCALES[""]):
        found = pattern.match(text, at)
        if found:
            return factor, found.end()
    return Decimal(1), at


AND_A_HALF = re.compile(r"\s?(?:and a half|y medi[oa]|et demie?|e mezz[oa]|e mei[oa]|einhalb|半)\b", re.IGNORECASE)
HALF_OF_ONE = re.compile(
    r"\b(?:half an?|half|medi[oa]|(?:eine )?halbe?|(?:un )?demi|mezz[oa]|mei[oa]|半)\b\s?-?(?=\w)", re.IGNORECASE
)
ONE_OF = re.compile(r"\b(?:an?|one|un|una|uno|eine?n?r?|une|um|uma|een)\b\s?(?=\w)", re.IGNORECASE)
ONE_AND_A_HALF = re.compile(
    r"anderthalb|eineinhalb|one and a half|un[oa]? y medi[oa]|une? .{0,12} et demie?|"
    r"un[oa]? .{0,12} e mezz[oa]|一个半|一個半|一年半|一つ半|um[a]? .{0,12}e mei[oa]",
    re.I,
)

PERCENT = re.compile(
    r"\s?(?:%|percent|per cent|por ?cien(?:to)?|prozent|pour cent|per ?cento|por cento|procent|procenta?|"
    r"процент|відсот|"
    r"パーセント|퍼센트|百分|yüzde|persen|phần trăm|प्रतिशत|بالمئة|في المئة|بالمائة|पर्सेंट)",
    re.IGNORECASE,
)

_CURRENCIES = {
    "USD": r"\$|dollar|dólar|dolar|doll[aá]r|美元|美金|ドル|달러|доллар|dollaro|bucks?\b|دولار|डॉलर",
    "EUR": r"€|\beuros?\b|欧元|歐元|ユーロ|유로|евро|євро|يورو|यूरो",
    "GBP": r"£|pounds?\b|libras?\b|pfund|livres?\b|sterlin|英镑|英鎊|ポンド|파운드|фунт",
    "JPY": r"¥|\byen(?:es)?\b|日元|日圆|円|엔|иен",
    "CNY": r"¥|yuan|人民币|(?<![美欧日韩])元|块钱?|юан|위안|renminbi",
    "INR": r"₹|rupee|rupia|rupie|roupie|卢比|ルピー|рупи|रुपये|रुपए",
    "KRW": r"₩|\bwons?\b|韩元|ウォン|원",
    "CHF": r"\bfrank|francs?\b|francos? suiz|franchi|法郎|フラン|\bCHF\b",
    "RUB": r"₽|rubl|roubl|ruble|卢布|ルーブル|рубл",
}
CURRENCIES = {code: re.compile(names, re.IGNORECASE) for code, names in _CURRENCIES.items()}
CURRENCY_MARK = re.compile(r"[$€£¥₹₩₽]")

TWO = re.compile(
    r"\bboth\b|\bpair|couple|twice|\bambos\b|\bambas\b|\bpar\b|pareja|dos veces|\bbeide|\bpaar\b|zweimal|"
    r"les deux|paire|deux fois|"
    r"entramb|coppia|\bpaio\b|\bdupl|beiden|tweemaal|双|雙|对|兩|两|両|オブ|二人|ペア|оба|обе|двух|два|две|둘|양",
    re.IGNORECASE,
)
TWELVE_PIECES = re.compile(r"dozen|docena|dutzend|douzaine|dozzina|dúzia|一打|ダース|дюжин", re.IGNORECASE)
MONTHS = {
    month: re.compile(names, re.IGNORECASE)
    for month, names in enumerate(
        (
            r"\bjan|enero|janv|gennaio|январ|ocak", r"\bfeb|febrero|févr|fevereiro|феврал|"
            r"şubat", r"\bmar(?:ch|s|z|ço)|märz|\bmarzo|maart|март|mart\b",
            r"\bapr|\babril|avril|апрел|nisan", r"\bmay|\bmai|maggio|\bmei\b|\bмая|\bмай", r"\bjun|juin|"
            r"giugno|июн|haziran",
            r"\bjul|juil|luglio|июл|temmuz", r"\baug|agosto|août|август|ağustos", r"\bsep|settembre|\bset|"
            r"сентябр|eylül",
            r"\b[ok][ck]?t|ottobre|outubro|октябр|ekim", r"\bnov|ноябр|kasım", r"\bde[czs]|dicembre|"
            r"diciembre|déc|декабр|aralık",
        ),
        start=1,
    )
}  # fmt: skip

"""Numbers in Chinese and Japanese characters, alone or mixed with digits: 三百五十, 二零二四, 3.5亿, 1万5千, 两点半."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {character: value for value, characters in enumerate(
    ("零〇", "一壹", "二两兩贰", "三叁参", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for character in characters}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_ALL = "".join((*_DIGITS, *_SMALL, *_LARGE))

RUN = re.compile(rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{_ALL}])(?:\d+(?:\.\d+)?|[{_ALL}])*")
"""What may be a number, digits or characters."""

_LITERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|.")
_COUNTERS = (
    "个個人年岁歳才天日点點时時分秒小次位名元块円回本枚件台階层楼倍级度杯瓶辆架头匹条只张份家所间册部篇章节课周週号號"
    "月美欧英人公米吨克斤里头口种類类项項世届期步瓣套双雙对對つ着番目ヶカか箇泊色列票多几来余到至或"
)
# No numbers: idioms, names and adverbs that begin or end with a numeral.
_IDIOMS = re.compile(
    r"万一|百分之|千万(?=别|不|要|注意|小心|记)|十分(?![钟鐘间間后後前])|一[^\d]|百姓|百货|百合|百度|三明治|三星|三菱|四川|九州|六本木|千葉|千代|八百屋|"
    r"二手|五金|七夕|百科|万岁|万歳|八卦|四季|三井|三重|百済|十字|四国|五輪|九龙|三亚|七面鳥|万能|万里長城|万里长城|五十嵐|一|二人三脚|千万不"
)
_BEFORE = re.compile(r"(?:星期|礼拜|禮拜|周|週|第)\Z")


def parse(run: str) -> tuple[Decimal, ...]:
    """What a run of :data:`RUN` may mean, likeliest first: 两千五 is 2005, and 2500 as spoken."""
    if all(character in _DIGITS for character in run):
        return (Decimal("".join(str(_DIGITS[character]) for character in run)),)
    total, section = Decimal(0), Decimal(0)
    number: Decimal | None = None
    unit, last_large = 1, 0
    for part in _LITERAL.findall(run):
        if part in _SMALL:
            section += (Decimal(1) if number is None else number) * _SMALL[part]
            unit, number = _SMALL[part], None
        elif part in _LARGE:
            large = _LARGE[part]
            section += number or 0
            if large > last_large:
                total = (total + section or Decimal(1)) * large
            else:
                total += section * large
            section, number, unit, last_large = Decimal(0), None, large, large
        else:
            value = Decimal(_DIGITS[part]) if part in _DIGITS else Decimal(part.replace(",", ""))
            both = number is not None and part in _DIGITS
            number = (number or Decimal(0)) * 10 + value if both else value
            unit = 1 if part in "零〇" else unit
    standard = total + section + (number or 0)
    if number is not None and unit >= 100 and number < 10 and number == int(number):
        return (standard, total + section + number * (unit // 10))
    return (standard,)


def is_name(text: str, start: int) -> bool:
    """Whether the numeral at a place names a day or a rank (星期五, 第三): other languages have words for them."""
    return _BEFORE.search(text[max(0, start - 2) : start]) is not None


def is_number(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]``, a run, counts or measures something."""
    run = text[start:end]
    if any(character.isdigit() and character.isascii() for character in run):
        return True
    if is_name(text, start) or run == "一":
        return False
    idiom = _IDIOMS.match(text, start)
    if idiom and (len(run) == 1 or idiom[0].startswith(run)):
        return False
    if all(character in _DIGITS for character in run) and len(run) > 1:
        return len(run) > 2 or run[0] in "零〇" or run[1] in "零〇"  # 两三: two or three
    return len(run) > 1 or text[end : end + 1] in tuple(_COUNTERS)

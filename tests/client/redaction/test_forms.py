"""Forms of each kind, as they are typed and as they are said, and what only looks like one."""

import pytest

from livetranslate.redaction import redact

FOUND = [
    ("ask anna.lopez+news@mail.example.com.", "ask [EMAIL]."),
    ("ask anna [at] example [dot] com", "ask [EMAIL]"),
    ("ask anna dot lopez at example dot co dot uk, ok", "ask [EMAIL], ok"),
    ("ask anna at example.com today", "ask [EMAIL] today"),
    ("a anna punto lopez arroba ejemplo punto es", "a [EMAIL]"),
    ("an anna Punkt meier ät beispiel Punkt de", "an [EMAIL]"),
    ("à anna point petit arobase exemple point fr", "à [EMAIL]"),
    ("发到anna艾特example点com吧", "发到[EMAIL]吧"),
    ("发到ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ吧", "发到[EMAIL]吧"),
    ("call +44 20 7946 0958 now", "call [PHONE] now"),
    ("call (212) 555-0123 now", "call [PHONE] now"),
    ("phone 5551234567", "phone [PHONE]"),
    ("le 06.12.34.56.78 svp", "le [PHONE] svp"),
    ("打电话１３８００１３８０００给我", "打电话[PHONE]给我"),
    ("card 4111-1111-1111-1111, 12/27", "card [CARD], 12/27"),
    ("card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ok", "card [CARD] ok"),
    ("iban GB29 NWBK 6016 1331 9268 19 and 5", "iban [IBAN] and 5"),
    ("dni 12.345.678-Z y", "dni [NATIONAL_ID] y"),
    ("身份证11010519491231002X过期", "身份证[NATIONAL_ID]过期"),
    ("from 192.0.2.1, 2001:db8::1 and [2001:db8::2]:443", "from [IP], [IP] and [[IP]]:443"),
    ("see https://example.com/a(b)?c=d.", "see [URL]."),
    ("(www.example.org)", "([URL])"),
    ("见https://example.com/a，谢谢", "见[URL]，谢谢"),
    ("go to example dot org slash help", "go to [URL]"),
    ("打开example点com看看", "打开[URL]看看"),
]

LEFT = [
    "version 1.2.3.4 came out on 2024-05-06 at 10:30:45",
    "order number 4471 2093 8812",
    "card 4111 1111 1111 1112",
    "the dot com bubble",
    "mi punto es claro, un point de vue",
    "12345678A and X1234567A",
    "std::vector<int> and a::b at 12:30",
    "call me at 5 or 6, in 2021 2022 2023",
    "they spent $5,551,234,567 and 650 000 000 euros",
    "10 9 8 7 6 5 4 3 2 1",
    "订单号是13800138001",
    "1.2.3 and 256.1.1.1 and 1.2.3.4.5",
    "GB29 NWBK 6016 1331 9268 18",
    "import java.io.File; run main.py",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_a_form_is_found(text, expected):
    assert redact(text).text == expected


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_one_is_left(text):
    assert redact(text).text == text

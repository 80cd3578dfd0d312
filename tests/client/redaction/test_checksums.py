"""Check digits: a right one, and every neighbour of it that is wrong."""

import pytest

from livetranslate.redaction.cards import has_luhn_digit, is_card
from livetranslate.redaction.ibans import LENGTHS, is_iban
from livetranslate.redaction.national_ids import is_dni, is_nir, is_resident_id, is_ssn, is_steuer_id

RIGHT = [
    (is_card, "4111111111111111"),
    (is_card, "5555555555554444"),
    (is_card, "2223003122003222"),
    (is_card, "378282246310005"),
    (is_card, "30569309025904"),
    (is_card, "6011111111111117"),
    (is_card, "6222021234567890128"),
    (is_iban, "GB29NWBK60161331926819"),
    (is_iban, "ES9121000418450200051332"),
    (is_iban, "FR1420041010050500013M02606"),
    (is_iban, "DE89370400440532013000"),
    (is_dni, "12345678Z"),
    (is_dni, "X1234567L"),
    (is_dni, "Y7654321G"),
    (is_steuer_id, "86095742719"),
    (is_steuer_id, "65929970489"),
    (is_nir, "255081416802538"),
    (is_nir, "189032B03304533"),
    (is_resident_id, "11010519491231002X"),
    (is_resident_id, "44030119900615228X"),
]


@pytest.mark.parametrize(("check", "number"), RIGHT)
def test_a_right_number_passes_and_no_other_last_character_does(check, number):
    last = number[-1]
    others = "0123456789" if last.isdigit() or check is is_resident_id else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert [end for end in others.replace(last, "") + last if check(number[:-1] + end)] == [last]


@pytest.mark.parametrize("number", ["79927398713", "0", "18"])
def test_luhn_digits(number):
    assert has_luhn_digit(number)
    assert not has_luhn_digit(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "number",
    [
        "0000000000000000",  # right digit, no issuer
        "1111111111111117",
        "411111111111116",  # Visa has no 15 digits
    ],
)
def test_a_luhn_digit_alone_makes_no_card(number):
    assert not is_card(number)


def test_an_iban_of_another_countrys_length_is_none():
    assert LENGTHS["DE"] == 22
    assert LENGTHS["NO"] == 15
    assert not is_iban("DE8937040044053201300")
    assert not is_iban("ZZ89370400440532013000")
    assert not is_iban("")


@pytest.mark.parametrize("digits", ["000121234", "666121234", "900121234", "999121234", "123001234", "123120000"])
def test_social_security_numbers_that_nobody_gets(digits):
    assert not is_ssn(digits)
    assert is_ssn("078051120")


@pytest.mark.parametrize(
    "digits",
    [
        "01234567899",  # ten different digits at first
        "11134567890",  # three of a kind in a row
        "11224567893",  # two pairs
    ],
)
def test_a_german_tax_number_repeats_one_digit(digits):
    assert not is_steuer_id(digits)


def test_a_chinese_number_has_a_region_and_a_day_of_birth():
    assert is_resident_id("330106197802280019")
    assert not is_resident_id("330106197802290014")  # 1978 was no leap year
    assert not is_resident_id("990106197802280019")


def test_a_french_number_has_a_month_and_a_department():
    body = 1851378006084  # month 13
    assert not is_nir(f"{body}{97 - body % 97:02d}")
    body = 1850500006084  # department 00
    assert not is_nir(f"{body}{97 - body % 97:02d}")

"""What of a growing sentence's translation is promised."""

from target_agreement import TargetAgreement


def hear(language: str, *hypotheses: str) -> list[str]:
    agreement = TargetAgreement(language)
    return [agreement.hear(hypothesis) for hypothesis in hypotheses]


def test_nothing_is_promised_of_one_hypothesis():
    assert hear("es", "Buenos días a todos") == [""]


def test_the_common_beginning_of_two_is_promised_but_not_its_last_word():
    assert hear("es", "Buenos días a", "Buenos días a") == ["", "Buenos días"]


def test_what_two_differ_in_is_not_promised():
    assert hear("es", "El banco está", "El banco de la plaza") == ["", "El banco"]


def test_a_promise_only_grows():
    promised = hear("es", "uno dos tres cuatro", "uno dos tres cuatro", "uno seis", "uno dos tres cuatro cinco")
    assert promised == ["", "uno dos tres", "uno dos tres", "uno dos tres"]


def test_punctuation_that_a_model_puts_at_the_end_of_half_a_sentence_is_no_part_of_it():
    assert hear("es", "Hoy hablamos del presupuesto.", "Hoy hablamos del presupuesto y del plan.") == [
        "",
        "Hoy hablamos del presupuesto",
    ]


def test_chinese_is_compared_by_characters():
    assert hear("zh", "我们先谈预算", "我们先谈预算然后") == ["", "我们先谈预算"]


def test_what_was_promised_before_stands_at_the_beginning():
    agreement = TargetAgreement("es", committed="Buenos días")
    assert agreement.hear("Adiós") == "Buenos días"
    assert agreement.hear("Buenos días a todos ustedes") == "Buenos días"
    assert agreement.hear("Buenos días a todos ustedes hoy") == "Buenos días a todos ustedes"

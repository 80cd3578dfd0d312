"""Made-up texts are dropped and spoken ones kept, with the figures that the engine gave for real and false speech."""

import pytest
from phantoms import has_words, is_credit, is_phantom, is_stock_phrase, is_suspect
from verdict import Verdict, judge


def judged(text: str, logprobs: list[float], no_speech_prob: float | None, language: str = "en", **more) -> Verdict:
    tokens = more.pop("tokens", list(range(len(logprobs))))
    return judge(text, tokens, logprobs, no_speech_prob, more.pop("duration_s", 5.0), language, **more)


@pytest.mark.parametrize(
    ("text", "language", "logprobs", "no_speech_prob"),
    [
        ("you", "en", [-0.9, -0.21], 0.930),  # digital silence
        ("you", "en", [-1.62, -0.08], 0.930),  # a tone
        ("Thank you.", "en", [-3.03, -0.05, -0.52, -0.04], 0.376),  # a band
        ("Yeah.", "en", [-1.9, -0.68, -0.08], 0.404),  # a crowd
        ("MBC 뉴스 김지훈입니다.", "ko", [-1.147] * 9, 0.939),  # white noise
        ("Mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", "en", [-2.58, -1.08, *[-0.4] * 16], 0.85),  # a violin
        ("Trash Trash Trash Trash Trash", "en", [-3.7, -0.7, -1.3, *[-0.2] * 8], 0.706),  # applause
        ("1.0.1.1.1.1.1.1.1.1", "br", [-3.25, -0.58, -2.18, -2.17, *[-0.4] * 15], 0.479),  # a guitar
        ("BOOM!", "en", [-2.7, -0.72, -0.51, -0.04], 0.73),  # coughs
        ("Boom!", "en", [-1.31, -0.88, -0.26], 0.609),  # coughs
        ("Thank you.", "en", [-0.84, -0.03, -0.32, -0.03], 0.387),  # a band, sure of itself for seven seconds
    ],
)
def test_what_was_made_up_is_dropped(text, language, logprobs, no_speech_prob):
    assert judged(text, logprobs, no_speech_prob, language) == Verdict(keep=False, flags=("phantom_dropped",))


@pytest.mark.parametrize(
    ("text", "language", "avg_logprob", "no_speech_prob"),
    [
        ("Thank you.", "en", -0.083, 0.044),
        ("Thank you.", "en", -0.226, 0.152),  # at 10 dB signal-to-noise ratio
        ("Goodbye.", "en", -0.201, 0.163),  # 20 dB too quiet
        ("Hello.", "en", -0.418, 0.301),
        ("One.", "en", -0.389, 0.414),
        ("Gracias.", "es", -0.249, 0.123),
        ("Merci.", "fr", -0.327, 0.407),
        ("Merci de votre attention.", "fr", -0.722, 0.148),
        ("1, 2, 3, 4, 5.", "it", -0.314, 0.536),
        ("¿Qué?", "es", -1.24, 0.60),
    ],
)
def test_what_people_said_is_kept(text, language, avg_logprob, no_speech_prob):
    assert judged(text, [avg_logprob] * 4, no_speech_prob, language, duration_s=2.5).keep


def test_a_known_phrase_alone_proves_nothing():
    assert judged("Thanks for watching!", [-0.1] * 5, 0.05).keep
    assert judged("Thanks for watching!", [], None).keep
    assert not judged("Thanks for watching!", [-0.9] * 5, 0.05).keep
    assert judged("We watched the ships come in.", [-0.9] * 5, 0.05).keep


def test_without_probabilities_only_the_text_is_judged():
    assert judged("you", [], None, tokens=[5]).keep
    assert not judged("♪♪ …", [], None, tokens=[5, 6]).keep
    assert judged("", [], None) == Verdict(keep=False)


def test_a_loop_is_shown_and_repetition_flagged():
    verdict = judged("5,5,5,5," * 20, [], None, tokens=[1, *[7, 8] * 40], duration_s=20.0)
    assert verdict.keep
    assert verdict.is_runaway
    assert verdict.flags == ("repetitive",)
    assert (verdict.loop.start, verdict.loop.period) == (1, 2)


def test_a_speaker_who_repeats_a_sentence_is_no_runaway():
    text = "We shall fight on the beaches, we shall never surrender. " * 4
    kept = judged(text, [-0.2] * 40, 0.02, duration_s=20.0, word_durations_s=[0.3] * 40)
    assert (kept.keep, kept.flags, kept.loop) == (True, (), None)
    assert judged(text, [-0.2] * 40, 0.02, duration_s=20.0, word_durations_s=[0.0] * 40).flags == ("repetitive",)


def test_more_tokens_than_anybody_speaks_are_flagged():
    assert judged("We hold these truths.", [-0.1] * 40, 0.0, duration_s=1.0).flags == ("token_limit",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Untertitel der Amara.org-Community", "de"),
        ("Untertitel im Auftrag des ZDF, 2017", "de"),
        ("Sous-titres réalisés par la communauté d'Amara.org", "fr"),
        ("Sous-titrage Société Radio-Canada", "fr"),
        ("¡Gracias por ver el video!", "es"),
        ("Sottotitoli e revisione a cura di QTSS", "it"),
        ("Legendas pela comunidade Amara.org", "pt"),
        ("Ondertitels ingediend door de Amara.org gemeenschap", "nl"),
        ("Продолжение следует...", "ru"),
        ("Субтитры сделал DimaTorzok", "ru"),
        ("ご視聴ありがとうございました。", "ja"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "zh"),
        ("字幕由Amara.org社区提供", "zh"),
        ("시청해주셔서 감사합니다.", "ko"),
        ("Altyazı M.K.", "tr"),
        ("Ευχαριστώ που παρακολουθήσατε", "el"),
        ("Thanks for watching!", "ja"),  # English comes in any language
    ],
)
def test_subtitlers_credits_are_known(text, language):
    assert is_credit(text, language)
    assert is_suspect(text, language)


@pytest.mark.parametrize("text", ["Thank you. Bye.", "You", "OK, bye-bye!", "Thank you. Thank you. Thank you.", "So…"])
def test_stock_phrases_are_known_alone_and_in_a_row(text):
    assert is_stock_phrase(text, "de")


@pytest.mark.parametrize(
    "text",
    ["Thank you for the flowers.", "You know this.", "The subtitles were wrong, and nobody noticed.", "Gracias."],
)
def test_other_text_is_no_suspect(text):
    assert not is_suspect(text, "en")


def test_credits_of_one_language_say_nothing_about_another():
    assert is_credit("Продолжение следует...", "ru")
    assert not is_credit("Продолжение следует...", "en")


def test_signs_alone_are_no_words():
    assert [has_words(text) for text in ("…", "- - -", "♪", "_", "5", "啊", "a.")] == [False] * 4 + [True] * 3


def test_a_loop_is_judged_by_how_it_began():
    began = [-1.35, -3.19, -1.81, -2.85]  # over a guitar, in "Breton"
    looped = [*began, *[-0.1] * 16]
    assert not judged("ʃən ʃən ʃən ʃən ʃən", looped, 0.3, "br", tokens=[1, 2, 3, 4] * 5).keep
    assert judged("ʃən ʃən ʃən ʃən ʃən", looped, 0.3, "br").keep
    spoken = judged("7, 8, 9, 9, 9, 9, 9, 9", [-0.3] * 24, 0.2, tokens=[7, 1, 8, 1, *[9, 1] * 10])
    assert spoken.keep
    assert (spoken.loop.start, spoken.loop.period) == (3, 2)


@pytest.mark.parametrize("text", ["[♪ OUTRO MUSIC [♪ OUTRO", "(laughs)", "♪ la la la ♪", "* music *", "[Music]"])
def test_annotations_of_sounds_are_no_words(text):
    assert not judged(text, [-0.1] * 5, 0.0).keep
    assert judged(f"{text} and so" if text[-1] in ")]♪*" else "and so", [-0.1] * 5, 0.0).keep


def test_unknown_probability_of_no_speech_leaves_the_other_limits():
    assert is_phantom("you", "en", -1.4, None)
    assert not is_phantom("you", "en", -0.9, None)

"""Terms that must come out as a session asked."""

import pytest
from term_check import missed

GIVEN = [
    ("Show me your cards.", "Muéstrame tus tarjetas.", "card", "tarjeta"),
    ("The card's owner", "El dueño de la tarjeta", "card", "tarjeta"),
    ("The CARD", "La Tarjeta", "card", "tarjeta"),
    ("The discard pile", "El montón", "card", "tarjeta"),
    ("The boards met.", "Die Vorstände tagten.", "board", "Vorstand"),
    ("The contracts", "Die Verträge", "contract", "Vertrag"),
    ("The supply contract", "Der Liefervertrag", "contract", "Vertrag"),
    ("Our policies", "Nuestras pólizas", "policy", "póliza"),
    ("Red cars", "Coches rojas", "red", "rojo"),
    ("AI is here", "La IA está aquí", "AI", "IA"),
    ("Machine learning  works", "El aprendizaje automático funciona", "machine learning", "aprendizaje automático"),
    ("The gate is open", "登机口开了", "gate", "登机口"),
    ("登机口开了", "The gates are open", "登机口", "gate"),
    ("I write C++.", "Escribo C++.", "C++", "C++"),
    ("Call AT&T now", "Llama a AT&T ya", "AT&T", "AT&T"),
    ("I like cards.", "Me gustan.", "card", ""),
]
MISSED = [
    ("Show me your cards.", "Muéstrame tus cartas.", "card", "tarjeta"),
    ("Our policies", "Nuestras políticas", "policy", "póliza"),
    ("AI is here", "La tía está aquí", "AI", "IA"),
    ("The gate is open", "大门开了", "gate", "登机口"),
    ("登机口开了", "The door is open", "登机口", "gate"),
    ("Machine learning works", "El aprendizaje funciona", "machine learning", "aprendizaje automático"),
]


@pytest.mark.parametrize(("source", "answer", "term", "translation"), GIVEN)
def test_a_term_may_be_inflected(source, answer, term, translation):
    assert missed(source, answer, glossary={term: translation}, keep=()) == ()


@pytest.mark.parametrize(("source", "answer", "term", "translation"), MISSED)
def test_another_word_is_not_the_term(source, answer, term, translation):
    assert missed(source, answer, glossary={term: translation}, keep=()) == (term,)


def test_words_to_keep_stand_letter_for_letter():
    assert missed("Use Triton.", "Usa Triton.", glossary={}, keep=["Triton"]) == ()
    assert missed("Use Triton.", "Usa Tritón.", glossary={}, keep=["Triton"]) == ("Triton",)
    assert missed("Use TRITON.", "Usa triton.", glossary={}, keep=["Triton"]) == ("Triton",)
    assert missed("Use it.", "Úsalo.", glossary={}, keep=["Triton"]) == ()
    assert missed("O'Brien's house", "La casa de O’Brien", glossary={}, keep=["O'Brien"]) == ()


def test_all_that_is_missed_is_told_in_order():
    found = missed("A card for Ana and Bo", "Nada", glossary={"card": "tarjeta"}, keep=["Bo", "Ana"])
    assert found == ("card", "Bo", "Ana")

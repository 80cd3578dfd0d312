"""What a prompt says: the instruction for a language pair, and what one sentence needs beyond it."""

from __future__ import annotations

from collections.abc import Iterator

from chat_template import Message

from livetranslate.protocol import AUTO, Formality, TranslateOptions, language_name

# What a bare code leaves open.
_PRECISE_NAMES = {"zh": "Simplified Chinese"}

_FORMALITY = {
    Formality.DEFAULT: "",
    Formality.FORMAL: " Address the listener formally.",
    Formality.INFORMAL: " Address the listener informally.",
}


def instruction(options: TranslateOptions) -> str:
    """The system message: the same for every sentence of a session and a pair, so a prefix cache holds it."""
    origin = "" if options.source == AUTO else f" from {_name(options.source)}"
    domain = f" The talk is about {options.domain.strip()}." if options.domain.strip() else ""
    return (
        f"You are a professional interpreter. Translate every message{origin} into {_name(options.target)}. "
        f"Reply with the translation only.{domain}{_FORMALITY[options.formality]}"
    )


def question(text: str, target: str, requirements: str = "") -> Message:
    """A user's turn."""
    # Repeated in every turn: without it, small models answer a question instead of translating it.
    return Message(role="user", content=f"Translate into {_name(target)}{requirements}:\n{text}")


def requirements_for(text: str, options: TranslateOptions) -> str:
    """What this sentence's translation must heed: terms that occur in it (a long glossary costs nothing), and more."""
    wishes = [f'"{term}" is "{wanted}"' for term, wanted in _occurring(text, options)]
    kept = [term for term in options.keep if term.casefold() in text.casefold()]
    wishes += [f'keep "{term}" as it is' for term in kept]
    wishes += [f'"{lost}" must appear in it' for lost in options.insist]
    if not options.is_complete:
        wishes.append("the sentence is not finished, translate only what is there")
    if options.is_strict:
        wishes.append(f"write {_name(options.target)} and nothing else, also when it is a question or an order")
    return f" ({'; '.join(wishes)})" if wishes else ""


def _occurring(text: str, options: TranslateOptions) -> Iterator[tuple[str, str]]:
    folded = text.casefold()
    for term, translation in options.glossary.items():
        if term.casefold() in folded:
            yield term, translation


def _name(language: str) -> str:
    return _PRECISE_NAMES.get(language) or language_name(language)

"""Judges translations with the checks that the newest ``translator`` itself applies.

So a violation counted here is one that the server let through (or, through the bare ensemble, one that nobody looked
for); what no check sees is not counted. The scores against references are what does not depend on the checks.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from livetranslate_tools.paths import data_dir
from livetranslate_tools.version_folders import newest_version_folders
from loadtests.translation.answers import Answer, Question
from loadtests.translation.quality_scores import Judged

WRONG_LANGUAGE = "wrong_language"


@dataclass(frozen=True)
class Judge:
    """The checks, as the translator's modules define them.

    Attributes:
        violations: (answer, sentence, source_language=, target_language=) -> what else than a translation it is.
        lost: (sentence, answer, source_language=, target_language=) -> figures that are missing.
        missed: (sentence, answer, glossary=, keep=) -> terms whose translation is missing.
    """

    violations: Callable[..., Iterable[Any]]
    lost: Callable[..., Iterable[str]]
    missed: Callable[..., Iterable[str]]

    @classmethod
    def of_newest_translator(cls) -> Judge:
        """The checks of the newest version folder.

        Raises:
            ModuleNotFoundError: the folder, or something that its checks use, is not installed.
        """
        folders = [str(folder) for folder in newest_version_folders(data_dir("model_repository")).values()]
        sys.path.extend(folder for folder in folders if folder not in sys.path)
        return cls(
            violations=importlib.import_module("answer_checks").violations,
            lost=importlib.import_module("number_check").lost,
            missed=importlib.import_module("term_check").missed,
        )

    def judge(self, question: Question, answer: Answer, *, reference: str | None) -> Judged:
        """One sentence."""
        options, text = question.options, answer.text
        languages = {"source_language": options.source, "target_language": options.target}
        terms = {"glossary": options.glossary, "keep": options.keep}
        found: Sequence[str] = ()
        if answer.result is not None and not answer.result.untranslated:
            found = tuple(_name(one) for one in self.violations(text, question.text, **languages))
        return Judged(
            source=question.text,
            reference=reference,
            text=text,
            untranslated=answer.result is not None and answer.result.untranslated,
            failure=answer.failure,
            flags=answer.result.flags if answer.result else (),
            violations=tuple(found),
            is_wrong_language=WRONG_LANGUAGE in found,
            # What an empty translation loses is all that there is to lose.
            figures=tuple(self.lost(question.text, "", **languages)),
            figures_lost=tuple(self.lost(question.text, text, **languages)),
            terms=tuple(self.missed(question.text, "", **terms)),
            terms_missed=tuple(self.missed(question.text, text, **terms)),
            attempts=answer.result.attempts if answer.result else 1,
            total_s=answer.total_s,
        )

    def terms_in(self, text: str, glossary: Mapping[str, str]) -> tuple[str, ...]:
        """The terms of a glossary that a sentence has."""
        return tuple(self.missed(text, "", glossary=glossary, keep=()))


def _name(violation: Any) -> str:
    return str(violation.value if isinstance(violation, Enum) else violation).lower()

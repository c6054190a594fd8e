"""The red flags that the evidence raises, in the reader's language."""

from api.bundle.vocabulary import Vocabulary
from api.red_flags.rules import in_question
from api.schemas.given import RedFlag
from api.words.language import Language
from ml.serving.predict import Evidence


def raised(evidence: Evidence, vocabulary: Vocabulary, language: Language) -> list[RedFlag]:
    """Every rule that holds, emergencies first, with what raised it and whose rule it is."""
    found = []
    for rule in in_question(evidence):
        if because := rule.reasons(evidence):
            found.append(
                RedFlag(
                    code=rule.code,
                    level=rule.level,
                    label=rule.label[language],
                    action=rule.action[language],
                    misleads=rule.misleads[language],
                    because=[vocabulary.label(code, language) for code in because],
                    source=rule.source,
                )
            )
    return found

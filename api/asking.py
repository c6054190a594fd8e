"""What to ask next, in the words of the vocabulary."""

from api import schemas
from api.language import Language
from api.service import Models
from ml.ask import ask_next
from ml.predict import Evidence, Prediction


def questions(
    models: Models,
    problem: str,
    evidence: Evidence,
    language: Language,
    prediction: Prediction,
) -> list[schemas.Question]:
    """The findings most worth asking for, best first; empty when none would tell enough."""
    return [
        _question(models, found.code, found.bits, language)
        for found in ask_next(models.bundle, problem, evidence, prediction.probabilities)
    ]


def _question(models: Models, code: str, bits: float, language: Language) -> schemas.Question:
    measured = models.vocabulary.observation.get(code)
    return schemas.Question(
        code=code,
        label=models.vocabulary.label(code, language),
        unit=(measured.unit_label[language] or None) if measured else None,
        is_measured=measured is not None,
        bits=bits,
    )

"""What to ask next, in the words of the vocabulary."""

from api.bundle.service import Models
from api.schemas import given as schemas
from api.words.language import Language
from ml.serving.ask import ask_next
from ml.serving.predict import Evidence, Prediction


def questions(
    models: Models,
    problem: str,
    evidence: Evidence,
    language: Language,
    prediction: Prediction,
) -> list[schemas.Question]:
    """The findings most worth asking for, best first; empty when none would tell enough."""
    word = models.vocabulary.word
    return [
        schemas.Question(code, *word(code, language), bits)
        for code, bits in ask_next(models.bundle, problem, evidence, prediction.probabilities)
    ]

"""What to ask next, in the words of the vocabulary."""

from collections.abc import Sequence

from api.bundle.service import Models
from api.schemas import given as schemas
from api.words.language import Language
from ml.serving.ask import Question


def questions(
    models: Models, found: Sequence[Question], language: Language
) -> list[schemas.Question]:
    """The findings most worth asking for, best first; empty when none would tell enough."""
    word = models.vocabulary.word
    return [schemas.Question(code, *word(code, language), bits) for code, bits in found]

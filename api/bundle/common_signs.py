"""The signs a doctor meets most often, offered one tap away."""

from api.bundle.vocabulary import Vocabulary

# Ordered as a consultation goes: general, head, chest, belly, limbs and skin, then antecedents.
COMMON = (
    "fever",
    "chills",
    "fatigue",
    "headache",
    "myalgia",
    "joint_pain",
    "retro_orbital_pain",
    "sore_throat",
    "nasal_congestion",
    "cough",
    "dyspnea",
    "chest_pain",
    "palpitations",
    "nausea",
    "vomiting",
    "abdominal_pain",
    "diarrhea",
    "back_pain",
    "rash",
    "dizziness",
    "hypertension",
    "diabetes",
    "asthma",
    "smoker",
)


def common(vocabulary: Vocabulary) -> list[str]:
    """Codes of common signs that this vocabulary holds, in order."""
    return [code for code in COMMON if code in vocabulary.symptom]

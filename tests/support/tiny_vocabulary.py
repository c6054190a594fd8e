"""The few codes of the tiny bundle, in the shape of the real `vocabulary.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Observation:
    """One observation: labels, unit, limits, kind, and a usual value with a step around it."""

    es: str
    en: str
    unit: str
    minimum: float
    maximum: float
    kind: str
    usual: float
    step: float


@dataclass(frozen=True)
class Sign:
    """One sign: its kind, labels, and other words for it in each language."""

    kind: str
    es: str
    en: str
    also_es: tuple[str, ...] = ()
    also_en: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """One condition of the differential with its ICD-10 code, severity and its own signs."""

    code: str
    icd10: str
    severity: int
    es: str
    en: str
    signs: tuple[str, ...]


LOINC: Mapping[str, str] = {
    "heart_rate_per_min": "8867-4",
    "systolic_bp_mmhg": "8480-6",
    "diastolic_bp_mmhg": "8462-4",
    "temperature_c": "8310-5",
}

OBSERVATIONS: Mapping[str, Observation] = {
    "age_years": Observation("Edad", "Age", "years", 0, 120, "numeric", 45, 20),
    "is_female": Observation("Mujer", "Female", "", 0, 1, "flag", 0.5, 0.5),
    "heart_rate_per_min": Observation(
        "Frecuencia cardíaca", "Heart rate", "/min", 20, 250, "numeric", 84, 20
    ),
    "systolic_bp_mmhg": Observation(
        "Presión sistólica", "Systolic pressure", "mmHg", 40, 300, "numeric", 130, 22
    ),
    "diastolic_bp_mmhg": Observation(
        "Presión diastólica", "Diastolic pressure", "mmHg", 20, 200, "numeric", 80, 14
    ),
    "respiratory_rate_per_min": Observation(
        "Frecuencia respiratoria", "Respiratory rate", "/min", 4, 80, "numeric", 18, 4
    ),
    "temperature_c": Observation(
        "Temperatura", "Temperature", "°C", 30, 43.5, "numeric", 36.7, 0.7
    ),
    "oxygen_saturation_pct": Observation(
        "Saturación de oxígeno", "Oxygen saturation", "%", 50, 100, "numeric", 97, 3
    ),
    "pain_score": Observation("Dolor", "Pain", "0-10", 0, 10, "ordinal", 3, 3),
    "consciousness_avpu": Observation("Conciencia", "Consciousness", "AVPU", 0, 3, "ordinal", 0, 1),
    "arrived_by_ambulance": Observation(
        "Llegó en ambulancia", "Arrived by ambulance", "", 0, 1, "flag", 0.5, 0.5
    ),
    "previous_admissions": Observation(
        "Ingresos previos", "Previous admissions", "count", 0, 100, "count", 1, 2
    ),
    "days_since_onset": Observation(
        "Días desde el inicio", "Days since onset", "days", 0, 365, "numeric", 4, 4
    ),
}

SIGNS: Mapping[str, Sign] = {
    "fever": Sign("symptom", "Fiebre", "Fever", ("calentura",), ("high temperature", "febrile")),
    "headache": Sign("symptom", "Dolor de cabeza", "Headache", ("cefalea",), ("cephalalgia",)),
    "myalgia": Sign("symptom", "Dolor muscular", "Muscle pain", ("mialgia",), ("myalgia",)),
    "joint_pain": Sign("symptom", "Dolor articular", "Joint pain", ("artralgia",), ("arthralgia",)),
    "arthritis": Sign("symptom", "Artritis", "Arthritis", ("articulación hinchada",)),
    "rash": Sign("symptom", "Erupción en la piel", "Rash", ("exantema", "salpullido")),
    "retro_orbital_pain": Sign(
        "symptom", "Dolor detrás de los ojos", "Pain behind the eyes", ("dolor retroorbitario",)
    ),
    "petechiae": Sign("symptom", "Petequias", "Petechiae"),
    "nausea": Sign("symptom", "Náusea", "Nausea", ("ganas de vomitar",)),
    "vomiting": Sign("symptom", "Vómito", "Vomiting"),
    "cough": Sign("symptom", "Tos", "Cough"),
    "sore_throat": Sign("symptom", "Dolor de garganta", "Sore throat", ("odinofagia",)),
    "nasal_congestion": Sign("symptom", "Congestión nasal", "Nasal congestion"),
    "dyspnea": Sign("symptom", "Falta de aire", "Shortness of breath", ("disnea",), ("dyspnea",)),
    "chest_pain": Sign("symptom", "Dolor en el pecho", "Chest pain", ("dolor torácico",)),
    "palpitations": Sign("symptom", "Palpitaciones", "Palpitations"),
    "heartburn": Sign("symptom", "Acidez", "Heartburn", ("pirosis",)),
    "wheezing": Sign("symptom", "Silbidos al respirar", "Wheezing", ("sibilancias",)),
    "heart_failure": Sign("antecedent", "Insuficiencia cardíaca", "Heart failure"),
    "diabetes": Sign("antecedent", "Diabetes", "Diabetes"),
    "asthma": Sign("antecedent", "Asma", "Asthma"),
    "smoker": Sign("exposure", "Fuma", "Smokes", ("tabaquismo",), ("tobacco",)),
}

ICD10 = {"headache": ["R51"], "cough": ["R05"], "diabetes": ["E10-E14"]}

CONDITIONS: Sequence[Condition] = (
    Condition("upper_respiratory_infection", "J06.9", 5, "Infección respiratoria alta", "URTI",
              ("sore_throat", "nasal_congestion", "cough")),
    Condition("influenza", "J11", 4, "Gripe", "Influenza",
              ("fever", "myalgia", "headache", "cough")),
    Condition("pneumonia", "J18", 3, "Neumonía", "Pneumonia", ("fever", "cough", "dyspnea")),
    Condition("asthma_exacerbation", "J45", 2, "Crisis de asma", "Asthma exacerbation",
              ("wheezing", "dyspnea", "asthma")),
    Condition("gastroesophageal_reflux", "K21", 4, "Reflujo", "GERD", ("heartburn", "nausea")),
    Condition("myocardial_infarction", "I21", 1, "Posible infarto", "Possible heart attack",
              ("chest_pain", "dyspnea", "smoker")),
    Condition("atrial_fibrillation", "I48", 3, "Fibrilación auricular", "Atrial fibrillation",
              ("palpitations", "dyspnea", "heart_failure")),
)  # fmt: skip

_FIXED = (
    ("severity", "level_1", "", 1, "Nivel 1: inmediato", "Level 1: immediate"),
    ("severity", "level_2", "", 2, "Nivel 2: emergencia", "Level 2: emergency"),
    ("severity", "level_3", "", 3, "Nivel 3: urgente", "Level 3: urgent"),
    ("severity", "level_4", "", 4, "Nivel 4: menos urgente", "Level 4: less urgent"),
    ("severity", "level_5", "", 5, "Nivel 5: no urgente", "Level 5: not urgent"),
    ("arbovirus", "dengue", "A90", None, "Dengue", "Dengue"),
    ("arbovirus", "chikungunya", "A92.0", None, "Chikunguña", "Chikungunya"),
    ("arbovirus", "other_disease", "", None, "Otra enfermedad", "Another disease"),
    ("admission", "admitted", "", None, "Necesita hospitalización", "Needs a hospital bed"),
    ("admission", "discharged", "", None, "Alta", "Can go home"),
)


def vocabulary(problem_signs: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The whole vocabulary file; `problem_signs` lists the codes each problem's model reads."""
    return {
        "version": "tiny-1",
        "symptoms": [_sign(code, sign) for code, sign in SIGNS.items()],
        "observations": [_observation(code, item) for code, item in OBSERVATIONS.items()],
        "diagnoses": [_diagnosis(*row) for row in _FIXED]
        + [_diagnosis("differential", c.code, c.icd10, c.severity, c.es, c.en) for c in CONDITIONS],
        "problem_signs": {name: list(codes) for name, codes in problem_signs.items()},
    }


def _sign(code: str, sign: Sign) -> dict[str, Any]:
    return {
        "code": code,
        "kind": sign.kind,
        "label": {"es": sign.es, "en": sign.en},
        "synonyms": {"es": list(sign.also_es), "en": list(sign.also_en)},
        "hpo_id": None,
        "icd10_codes": ICD10.get(code, []),
    }


def _observation(code: str, item: Observation) -> dict[str, Any]:
    return {
        "code": code,
        "label": {"es": item.es, "en": item.en},
        "unit": item.unit,
        "loinc": LOINC.get(code),
        "minimum": item.minimum,
        "maximum": item.maximum,
        "kind": item.kind,
    }


def _diagnosis(
    problem: str, code: str, icd10: str, severity: int | None, es: str, en: str
) -> dict[str, Any]:
    return {
        "code": code,
        "problem": problem,
        "icd10": icd10 or None,
        "label": {"es": es, "en": en},
        "severity": severity,
    }

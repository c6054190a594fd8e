"""ICD-10 codes of a record's Conditions as signs and past illnesses of the vocabulary.

By the WHO's ICD-10, whose categories the national versions keep: a code stands for everything below
it, and the longest that fits counts. One that says two of our signs at once (R11, nausea and
vomiting) or is itself an answer (A97, dengue) is left out.
"""

from collections.abc import Mapping

SYSTEMS = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "https://fhir.minsalud.gov.co/rda/CodeSystem/ICD10CO",
    }
)
_LONGEST, _SHORTEST = 5, 3

# Our code, and the categories and subcategories that say it; A-B is every category from A to B.
_MEANT: Mapping[str, str] = {
    "abdominal_pain": "R10",
    "alcohol_use_disorder": "F102",
    "anemia": "D50-D53 D55 D56 D58-D64",
    "aneurysm": "I71 I72",
    "anxiety_disorder": "F41",
    "asthma": "J45",
    "attention_deficit_disorder": "F90",
    "blindness": "H54",
    "cancer_history": "C00-C97",
    "cardiomyopathy_or_carditis": "I42 I43",
    "cataract": "H25 H26",
    "chest_pain": "R074",
    "chronic_kidney_disease": "N18",
    "chronic_pancreatitis": "K860 K861",
    "chronic_sinusitis": "J32",
    "cirrhosis": "K703 K743-K746",
    "congenital_heart_disease": "Q20-Q24",
    "copd": "J44",
    "cough": "R05",
    "cystic_fibrosis": "E84",
    "dementia": "F00-F03",
    "depression": "F32 F33",
    "diabetes": "E10-E14",
    "dialysis": "Z992",
    "diverticulosis": "K57",
    "dyspnea": "R060",
    "endometriosis": "N80",
    "enlarged_prostate": "N40",
    "epilepsy": "G40",
    "fever": "R50",
    "gastroesophageal_reflux": "K21",
    "glaucoma": "H40",
    "gout": "M10",
    "headache": "R51",
    "heart_conduction_disorder": "I44 I45",
    "heart_failure": "I50",
    "heart_rhythm_disorder": "I47-I49",
    "heart_valve_disease": "I05-I08 I34-I37",
    "hemoptysis": "R042",
    "hepatitis": "B18",
    "hiatal_hernia": "K44",
    "high_cholesterol": "E780 E782",
    "hiv_infection": "B20-B24",
    "hypertension": "I10-I13 I15",
    "hyperthyroidism": "E05",
    "inflammatory_bowel_disease": "K50 K51",
    "ischemic_heart_disease": "I20-I25",
    "joint_pain": "M255",
    "kidney_stones": "N20",
    "lupus": "M32",
    "metastatic_cancer": "C77-C79",
    "multiple_sclerosis": "G35",
    "myalgia": "M791",
    "nasal_polyps": "J33",
    "obesity": "E66",
    "osteoarthritis": "M15-M19",
    "osteoporosis": "M80 M81",
    "palpitations": "R002",
    "parkinson_disease": "G20",
    "peptic_ulcer_disease": "K25-K28",
    "peripheral_vascular_disease": "I73",
    "personality_disorder": "F60",
    "pregnancy": "Z33-Z35",
    "previous_heart_attack": "I252",
    "psychotic_disorder": "F20",
    "pulmonary_heart_disease": "I27",
    "rheumatoid_arthritis": "M05 M06",
    "sickle_cell_disease": "D57",
    "sleep_apnea": "G473",
    "smoker": "F172 Z720",
    "stroke_sequelae": "I69",
    "syncope": "R55",
    "thyroid_disease": "E00-E07",
    "transient_ischemic_attack": "G45",
    "tuberculosis_history": "A15-A19",
}


def meaning(code: str) -> str | None:
    """The vocabulary's code for one of ICD-10, with its point or without; None where it has none.

    Colombian registries put an X where there is no fourth character.
    """
    plain = code.upper().replace(".", "").rstrip("X")
    begins = (plain[:length] for length in range(_LONGEST, _SHORTEST - 1, -1))
    return next((_CODES[one] for one in begins if one in _CODES), None)


def _expanded(part: str) -> list[str]:
    """Every category or subcategory from the first to the last of a part."""
    first, _, last = part.partition("-")
    width = len(first) - 1
    numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
    return [f"{first[0]}{number:0{width}d}" for number in numbers]


def _codes() -> dict[str, str]:
    """Our code by each of theirs; where a part lies within a wider one, the narrower counts."""
    parts = [(_expanded(part), code) for code, said in _MEANT.items() for part in said.split()]
    widest_first = sorted(parts, key=lambda one: -len(one[0]))
    return {begin: code for begins, code in widest_first for begin in begins}


_CODES: Mapping[str, str] = _codes()

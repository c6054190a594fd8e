"""Texts of the FHIR and CDS Hooks interfaces, in Spanish and in English."""

from collections.abc import Mapping

from api.schemas.given import BroaderOption
from api.words.language import Language

FHIR: Mapping[str, Mapping[Language, str]] = {
    "not_bundle": {
        "es": "Se espera un Bundle de FHIR R4 con una lista «entry».",
        "en": "A FHIR R4 Bundle with a list 'entry' is expected.",
    },
    "too_many_entries": {
        "es": "Se admiten como mucho {limit} entradas.",
        "en": "At most {limit} entries are accepted.",
    },
    "no_resource": {
        "es": "Esta entrada no trae ningún recurso.",
        "en": "This entry holds no resource.",
    },
    "resource_unused": {
        "es": "El recurso {name} no se usa.",
        "en": "The resource {name} is not used.",
    },
    "two_patients": {
        "es": "El Bundle trae más de un paciente.",
        "en": "The Bundle holds more than one patient.",
    },
    "other_patient": {
        "es": "Es de otro paciente.",
        "en": "This is of another patient.",
    },
    "modified": {
        "es": "No se usa: su modifierExtension o implicitRules cambia lo que dice, y aquí no se "
        "conoce.",
        "en": "Not used: its modifierExtension or implicitRules changes what it says, and is not "
        "known here.",
    },
    "focus": {
        "es": "No se usa: no trata del paciente mismo (focus).",
        "en": "Not used: it is not about the patient themselves (focus).",
    },
    "elsewhere": {
        "es": "No se usa: es de otra consulta.",
        "en": "Not used: it is of another encounter.",
    },
    "before": {
        "es": "No se usa: es de más de un día antes de esta consulta.",
        "en": "Not used: it is of more than a day before this encounter.",
    },
    "after": {
        "es": "No se usa: es de más de un día después de que terminó esta consulta.",
        "en": "Not used: it is of more than a day after this encounter ended.",
    },
    "timing": {
        "es": "No se usa: no dice cuándo fue, solo cada cuánto (effectiveTiming sin event).",
        "en": "Not used: it does not say when it was, only how often (effectiveTiming without "
        "event).",
    },
    "to_come": {
        "es": "No se usa: su fecha aún no ha llegado.",
        "en": "Not used: its date is still to come.",
    },
    "sex_of_patient": {
        "es": "No se usa: el sexo es el del paciente (Patient.gender).",
        "en": "Not used: the sex is that of the patient (Patient.gender).",
    },
    "birth_known": {
        "es": "No se usa: la edad es la de la fecha de nacimiento (birthDate).",
        "en": "Not used: the age is that of the date of birth (birthDate).",
    },
    "no_value": {
        "es": "No se usa: no trae ningún valor.",
        "en": "Not used: it holds no value.",
    },
    "not_exact": {
        "es": "{code}: con «{sign}» no es un valor exacto.",
        "en": "{code}: with '{sign}' it is no exact value.",
    },
    "not_meant": {
        "es": "No se usa: está anulado, es un error o no está confirmado.",
        "en": "Not used: cancelled, entered in error or not confirmed.",
    },
    "narrower": {
        "es": "No se usa: descarta una forma de la enfermedad, no la enfermedad.",
        "en": "Not used: it rules out one form of the illness, not the illness.",
    },
    "over": {
        "es": "No se usa: ya pasó, o se anotó antes de esta consulta sin decir que siga.",
        "en": "Not used: it is over, or was recorded before this encounter and not said to go on.",
    },
    "code_unknown": {
        "es": "No se usa: no es un código de LOINC, HPO, CIE-10 o urn:semia:code conocido.",
        "en": "Not used: no LOINC, HPO, ICD-10 or urn:semia:code code that is known here.",
    },
    "no_number": {
        "es": "{code}: falta un número.",
        "en": "{code}: a number is missing.",
    },
    "unit": {
        "es": "{code}: la unidad «{unit}» no se puede convertir a {ours}.",
        "en": "{code}: the unit '{unit}' cannot be converted to {ours}.",
    },
    "no_answer": {
        "es": "{code}: falta si está presente (valueBoolean o un código de sí o no).",
        "en": "{code}: whether it is present is missing (valueBoolean or a yes/no code).",
    },
    "both": {
        "es": "{code}: figura como presente y como ausente.",
        "en": "{code}: it is given as present and as absent.",
    },
    "no_date": {
        "es": "{code}: lo que figura como su fecha no es una fecha de FHIR.",
        "en": "{code}: what is written as its date is no FHIR date.",
    },
    "date": {"es": "No es una fecha de FHIR.", "en": "This is no FHIR date."},
    "not_divipola": {
        "es": "El municipio no se usa: hacen falta las cinco cifras de DIVIPOLA, del sistema "
        "{system}.",
        "en": "The municipality is not used: DIVIPOLA's five digits are needed, of the system "
        "{system}.",
    },
    "two_municipalities": {
        "es": "El municipio no se usa: figura más de uno.",
        "en": "The municipality is not used: there is more than one.",
    },
    "no_week": {
        "es": "El municipio no se usa: el inicio de la consulta no dice el día, o su semana aún no "
        "ha empezado.",
        "en": "The municipality is not used: the start of the encounter names no day, or its week "
        "has not begun.",
    },
    "unidentified": {"es": "Paciente sin identificar", "en": "Patient not identified"},
}

_BROADER: Mapping[bool, Mapping[Language, str]] = {
    True: {
        "es": "Lo que sí se puede decir: {label} ({share}).",
        "en": "What can be said: {label} ({share}).",
    },
    False: {
        "es": "Más en general, y también sin certeza: {label} ({share}).",
        "en": "More broadly, and not sure either: {label} ({share}).",
    },
}

CARDS: Mapping[str, Mapping[Language, str]] = {
    "description": {
        "es": "Señales de alarma, diagnósticos posibles y gravedad a partir de la historia "
        "abierta; apoya el juicio clínico y no lo sustituye.",
        "en": "Red flags, possible diagnoses and severity from the record that is open; supports "
        "clinical judgement and does not replace it.",
    },
    "sure": {"es": "{label} ({share})", "en": "{label} ({share})"},
    "unsure": {
        "es": "Sin certeza; lo más probable: {label} ({share})",
        "en": "Not sure; most likely: {label} ({share})",
    },
    "not_sent": {
        "es": "No se recibió de la historia, y cuenta como desconocido: {names}.",
        "en": "Not received of the record, and counted as unknown: {names}.",
    },
    "not_now": {
        "es": "Datos de la historia que no se usaron, por ser de otra consulta o de otro día: "
        "{count}.",
        "en": "Items of the record that were not used, being of another encounter or day: {count}.",
    },
    "unread": {
        "es": "Datos de la historia que no se pudieron leer, y no cuentan: {count}",
        "en": "Items of the record that could not be read, and do not count: {count}",
    },
    "record": {
        "es": "No se usó toda la historia, y ninguna respuesta sale de lo que queda",
        "en": "Not all of the record was used, and no answer comes of the rest",
    },
    "because": {"es": "Por", "en": "Because of"},
    "misleads": {"es": "Cuándo engaña", "en": "When it misleads"},
    "other_evidence": {
        "es": "Hay otros datos que lo contradicen",
        "en": "Other evidence speaks against it",
    },
    "already_known": {"es": "Ya se sabía", "en": "Already known"},
    "wrong": {"es": "Es un error", "en": "It is wrong"},
}

# The parts of a record that a hook asks for.
PARTS: Mapping[str, Mapping[Language, str]] = {
    "patient": {"es": "paciente (edad y sexo)", "en": "patient (age and sex)"},
    "observations": {"es": "signos vitales", "en": "vital signs"},
    "conditions": {"es": "enfermedades y síntomas", "en": "conditions and symptoms"},
}


def broader_said(found: BroaderOption | None, language: Language) -> list[str]:
    """The answer to the broader question in a sentence; nothing where there is none."""
    if found is None:
        return []
    words = _BROADER[found.is_confident][language]
    return [words.format(label=found.label, share=f"{found.probability:.0%}")]

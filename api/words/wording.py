"""Every sentence the service says about a request, in Spanish and in English."""

from collections.abc import Mapping
from functools import cache

from api.words import place
from api.words.language import Language

DETAILS: Mapping[str, Mapping[Language, str]] = {
    "see_errors": {
        "es": "Datos que no se pueden aceptar: {count}; «errors» dice cuáles y por qué.",
        "en": "Items that cannot be accepted: {count}; 'errors' says which and why.",
    },
    "more_errors": {
        "es": "Hay {count} errores; se muestran los primeros {shown}.",
        "en": "There are {count} errors; the first {shown} are shown.",
    },
    "json_at": {
        "es": "Se esperaba otra cosa en la línea {line}, columna {column}.",
        "en": "Something else was expected at line {line}, column {column}.",
    },
    "json_not_utf8": {"es": "El texto no está en UTF-8.", "en": "The text is not UTF-8."},
    "json_too_deep": {
        "es": "Las listas y objetos están anidados a demasiada profundidad.",
        "en": "Lists and objects are nested too deeply.",
    },
    "json_twice": {
        "es": "El campo «{name}» aparece dos veces en el mismo objeto.",
        "en": "The field '{name}' appears twice in the same object.",
    },
    "column_twice": {
        "es": "Más de una columna significa «{name}».",
        "en": "More than one column means '{name}'.",
    },
    "json_not_finite": {
        "es": "JSON no conoce {name}; dé un número o deje el campo fuera.",
        "en": "JSON has no {name}; give a number or leave the field out.",
    },
    "json_number": {
        "es": "Hay un número con demasiadas cifras.",
        "en": "A number has too many digits.",
    },
    "body_limit": {
        "es": "Se admiten hasta {limit} bytes.",
        "en": "At most {limit} bytes are accepted.",
    },
    "no_models": {
        "es": "Quien administra este equipo debe ejecutar «{next_step}».",
        "en": "Whoever runs this computer should run '{next_step}'.",
    },
    "log_away": {
        "es": "Nada del registro se pierde, pero ahora no se puede leer de la base de datos. Quien "
        "administra este equipo debe hacer esto: «{next_step}».",
        "en": "Nothing of the log is lost, but it cannot be read from the database just now. "
        "Whoever runs this computer should do this: '{next_step}'.",
    },
    "log_elsewhere": {
        "es": "Este servicio escribe su registro fuera de la base de datos (SEMIA_LOG=stdout), "
        "así que no tiene de dónde leerlo.",
        "en": "This service writes its log elsewhere than into a database (SEMIA_LOG=stdout), so "
        "there is nowhere to read it from.",
    },
    "fhir_refused": {"es": "{faults}", "en": "{faults}"},
    "unknown_model": {
        "es": "No hay un modelo llamado «{name}». Existen: {known}.",
        "en": "There is no model called '{name}'. There are: {known}.",
    },
}

FIELDS: Mapping[str, Mapping[Language, str]] = {
    **place.FIELDS,
    "missing": {"es": "Falta este dato.", "en": "This item is missing."},
    "not_number": {"es": "Debe ser un número.", "en": "It must be a number."},
    "not_state": {
        "es": "«{word}» no se entiende aquí: escriba presente, sí o 1; ausente, no o 0; "
        "o desconocido.",
        "en": "'{word}' is not understood here: write present, yes or 1; absent, no or 0; "
        "or unknown.",
    },
    "not_text": {"es": "Debe ser un texto.", "en": "It must be text."},
    "not_list": {"es": "Debe ser una lista.", "en": "It must be a list."},
    "not_object": {
        "es": "Debe ser un objeto con campos.",
        "en": "It must be an object with fields.",
    },
    "not_allowed": {"es": "Debe ser {expected}.", "en": "It must be {expected}."},
    "not_finite": {"es": "Debe ser un número finito.", "en": "It must be a finite number."},
    "too_many": {"es": "Se admiten como mucho {limit}.", "en": "At most {limit} are accepted."},
    "too_long": {
        "es": "Se admiten como mucho {limit} caracteres.",
        "en": "At most {limit} characters are accepted.",
    },
    "too_small": {"es": "Debe ser {limit} o más.", "en": "It must be {limit} or more."},
    "too_great": {"es": "Debe ser {limit} o menos.", "en": "It must be {limit} or less."},
    "not_a_cursor": {
        "es": "No es el final de una página: siga la dirección de «next» tal cual.",
        "en": "This is not where a page ended: follow the address in 'next' as it is.",
    },
    "unknown_field": {"es": "Este campo no existe.{near}", "en": "There is no such field.{near}"},
    "not_understood": {
        "es": "Este valor no se entiende.",
        "en": "This value cannot be understood.",
    },
    "not_own_patient": {
        "es": "La clave de su clínica solo abre el historial de sus propios pacientes.",
        "en": "The key of your clinic opens the history of its own patients only.",
    },
    "unknown_sign": {
        "es": "No se conoce el signo «{code}».{near}",
        "en": "The sign '{code}' is not known.{near}",
    },
    "unknown_observation": {
        "es": "No se conoce la medición «{code}».{near}",
        "en": "The measurement '{code}' is not known.{near}",
    },
    "unknown_problem": {
        "es": "No hay un modelo para «{code}».{near}",
        "en": "There is no model for '{code}'.{near}",
    },
    "unknown_answer": {
        "es": "«{code}» no es una respuesta de esta pregunta.{near}",
        "en": "'{code}' is no answer to this question.{near}",
    },
    "own_field": {
        "es": "Este dato va en el campo «{field}», fuera de «observations».",
        "en": "This goes in the field '{field}', outside 'observations'.",
    },
    "out_of_range": {
        "es": "{label}: {value} no es posible; se acepta de {minimum} a {maximum}{unit}.",
        "en": "{label}: {value} is not possible; {minimum} to {maximum}{unit} is accepted.",
    },
    "not_whole": {
        "es": "{label}: debe ser un número entero, de {minimum} a {maximum}.",
        "en": "{label}: it must be a whole number, {minimum} to {maximum}.",
    },
    "contradictory": {
        "es": "«{label}» figura como {first} y como {second}; deje solo una.",
        "en": "'{label}' is given as {first} and as {second}; keep only one.",
    },
    "pressure_order": {
        "es": "La presión diastólica ({low} mmHg) debe ser menor que la sistólica ({high} mmHg).",
        "en": "The diastolic pressure ({low} mmHg) must be below the systolic ({high} mmHg).",
    },
    "no_shares": {
        "es": "El modelo de «{problem}» es anterior y no puede ajustarse a otra prevalencia.",
        "en": "The model of '{problem}' is an older one and cannot be set to another prevalence.",
    },
    "unknown_share": {
        "es": "«{code}» no es una respuesta de «{problem}».{near}",
        "en": "'{code}' is no answer of '{problem}'.{near}",
    },
    "missing_share": {
        "es": "Falta la proporción de «{code}»; dé la de cada respuesta.",
        "en": "The share of '{code}' is missing; give that of every answer.",
    },
    "not_share": {
        "es": "Debe ser mayor que 0 y menor que 1.",
        "en": "It must be more than 0 and less than 1.",
    },
    "shares_sum": {
        "es": "Las proporciones suman {sum} y deben sumar 1.",
        "en": "The shares add up to {sum} and must add up to 1.",
    },
    "nothing_given": {
        "es": "Dé al menos la edad, un signo o una medición.",
        "en": "Give at least the age, one sign or one measurement.",
    },
}

STATES: Mapping[str, Mapping[Language, str]] = {
    "present": {"es": "presente", "en": "present"},
    "absent": {"es": "ausente", "en": "absent"},
    "unknown": {"es": "desconocido", "en": "unknown"},
}

WARNINGS: Mapping[str, Mapping[Language, str]] = {
    "synthetic": {
        "es": "Este modelo aprendió de datos SINTÉTICOS, no de pacientes: sirve para probar el "
        "programa, no para atender a nadie.",
        "en": "This model learned from SYNTHETIC data, not from patients: it is for trying out "
        "the program, not for treating anyone.",
    },
    "simulated": {
        "es": "Este modelo aprendió de un conjunto público de pacientes SIMULADOS por sus autores; "
        "con pacientes reales acertará menos.",
        "en": "This model learned from a public set of patients SIMULATED by its authors; with "
        "real patients it will be right less often.",
    },
    "nothing_used": {
        "es": "Nada de lo indicado influye en esta pregunta; la respuesta solo refleja lo "
        "frecuente que era cada opción entre los casos de los que aprendió.",
        "en": "Nothing given bears on this question; the answer only reflects how common each "
        "option was among the cases it learned from.",
    },
    "strange": {
        "es": "Este paciente no se parece a ninguno de los que aprendió el modelo: su respuesta "
        "puede no valer, o no estar en la lista. Revise los datos y no se fíe de las "
        "probabilidades.",
        "en": "This patient is unlike any the model learned from: its answer may not hold, or be "
        "none of these. Check what was given and do not rely on the probabilities.",
    },
    "artificial_balance": {
        "es": "El modelo aprendió del mismo número de casos de cada respuesta, y en ningún lugar "
        "se dan así: mientras no indique la prevalencia, las probabilidades no son las de su zona.",
        "en": "The model learned from equally many cases of each answer, which is so nowhere: "
        "unless you give a prevalence, these probabilities are not those of your area.",
    },
    "no_history": {
        "es": "El historial de este paciente no se pudo consultar; las respuestas van sin él.",
        "en": "This patient's history could not be looked up; the answers are without it.",
    },
    "not_used": {
        "es": "Ningún modelo consultado usa lo siguiente, así que no influye: {labels}.",
        "en": "None of the models asked uses the following, so it has no influence: {labels}.",
    },
}

SEX: Mapping[Language, str] = {"es": "Sexo", "en": "Sex"}

DISCLAIMER: Mapping[Language, str] = {
    "es": "Semia apoya el juicio del profesional sanitario y no lo sustituye. No es un "
    "diagnóstico: confírmelo con la exploración, las pruebas y su propio criterio.",
    "en": "Semia supports the judgement of a health professional and does not replace it. This is "
    "not a diagnosis: confirm it by examination, tests and your own judgement.",
}

# Units that are words rather than symbols; every other unit is written alike in both languages.
_UNIT_WORDS: Mapping[str, dict[Language, str]] = {
    "years": {"es": "años", "en": "years"},
    "days": {"es": "días", "en": "days"},
    "/min": {"es": "/min", "en": "/min"},
    "per_min": {"es": "/min", "en": "/min"},
    "Cel": {"es": "°C", "en": "°C"},
}
# Scales and counts are numbers without a unit.
_NO_UNIT = ("", "0-10", "AVPU", "count", "score", "flag", "1")

_NEAR: Mapping[Language, str] = {"es": " ¿Quizá {names}?", "en": " Perhaps {names}?"}
_MOST_SHOWN = 60


def shown(text: str) -> str:
    """What a client sent, made safe to repeat: short, printable, encodable."""
    printable = "".join(
        c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "�" for c in text
    )
    return printable if len(printable) <= _MOST_SHOWN else printable[: _MOST_SHOWN - 1] + "…"


def number(value: float, language: Language) -> str:
    """A number as a person writes it: 38,9 in Spanish, 38.9 in English, never 120.0."""
    text = f"{value:.10g}"
    return text.replace(".", ",") if language == "es" else text


@cache
def unit_words(unit: str) -> dict[Language, str]:
    """A unit as people write it in each language."""
    if unit in _NO_UNIT:
        return {"es": "", "en": ""}
    return _UNIT_WORDS.get(unit, {"es": unit, "en": unit})


def near(names: list[str], language: Language) -> str:
    """The half sentence that offers near matches, or nothing."""
    return _NEAR[language].format(names=", ".join(names)) if names else ""

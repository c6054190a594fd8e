"""Fields that cannot be accepted: each named, with its own sentence, in the language asked for."""

from typing import Any

import httpx
import pytest

from tests.api.refusals import details, refuse

BAD_FIELDS: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {"observations": {"heart_rate_per_min": 900}},
        "#/observations/heart_rate_per_min",
        "Frecuencia cardíaca: 900 no es posible; se acepta de 20 a 250 /min.",
        "Heart rate: 900 is not possible; 20 to 250 /min is accepted.",
    ),
    (
        {"observations": {"temperature_c": 50.5}},
        "#/observations/temperature_c",
        "Temperatura: 50,5 no es posible; se acepta de 30 a 43,5 °C.",
        "Temperature: 50.5 is not possible; 30 to 43.5 °C is accepted.",
    ),
    (
        {"age_years": -1},
        "#/age_years",
        "Edad: -1 no es posible; se acepta de 0 a 120 años.",
        "Age: -1 is not possible; 0 to 120 years is accepted.",
    ),
    (
        {"age_years": "34"},
        "#/age_years",
        "Debe ser un número.",
        "It must be a number.",
    ),
    (
        {"age_years": True},
        "#/age_years",
        "Debe ser un número.",
        "It must be a number.",
    ),
    (
        {"sex": "F"},
        "#/sex",
        "Debe ser 'female' o 'male'.",
        "It must be 'female' or 'male'.",
    ),
    (
        {"observations": {"heart_rate": 80}},
        "#/observations/heart_rate",
        "No se conoce la medición «heart_rate». ¿Quizá heart_rate_per_min?",
        "The measurement 'heart_rate' is not known. Perhaps heart_rate_per_min?",
    ),
    (
        {"observations": {"age_years": 30}},
        "#/observations/age_years",
        "Este dato va en el campo «age_years», fuera de «observations».",
        "This goes in the field 'age_years', outside 'observations'.",
    ),
    (
        {"observations": {"consciousness_avpu": 1.5}},
        "#/observations/consciousness_avpu",
        "Conciencia: debe ser un número entero, de 0 a 3.",
        "Consciousness: it must be a whole number, 0 to 3.",
    ),
    (
        {"observations": {"systolic_bp_mmhg": 80, "diastolic_bp_mmhg": 120}},
        "#/observations/diastolic_bp_mmhg",
        "La presión diastólica (120 mmHg) debe ser menor que la sistólica (80 mmHg).",
        "The diastolic pressure (120 mmHg) must be below the systolic (80 mmHg).",
    ),
    (
        {"evidence": [{"code": "fevr", "state": "present"}]},
        "#/evidence/0/code",
        "No se conoce el signo «fevr». ¿Quizá fever?",
        "The sign 'fevr' is not known. Perhaps fever?",
    ),
    (
        {"evidence": [{"code": "calentura", "state": "present"}]},
        "#/evidence/0/code",
        "No se conoce el signo «calentura». ¿Quizá fever?",
        "The sign 'calentura' is not known. Perhaps fever?",
    ),
    (
        {"evidence": [{"code": "fever", "state": "maybe"}]},
        "#/evidence/0/state",
        "Debe ser 'present', 'absent' o 'unknown'.",
        "It must be 'present', 'absent' or 'unknown'.",
    ),
    (
        {
            "evidence": [
                {"code": "fever", "state": "present"},
                {"code": "fever", "state": "absent"},
            ]
        },
        "#/evidence/1/state",
        "«Fiebre» figura como presente y como ausente; deje solo una.",
        "'Fever' is given as present and as absent; keep only one.",
    ),
    (
        {"evidence": [{"state": "present"}]},
        "#/evidence/0/code",
        "Falta este dato.",
        "This item is missing.",
    ),
    (
        {"age_years": 3, "problems": ["arbovirs"]},
        "#/problems/0",
        "No hay un modelo para «arbovirs». ¿Quizá arbovirus?",
        "There is no model for 'arbovirs'. Perhaps arbovirus?",
    ),
    (
        {"age_year": 3},
        "#/age_year",
        "Este campo no existe. ¿Quizá age_years?",
        "There is no such field. Perhaps age_years?",
    ),
    ({"evidence": {}}, "#/evidence", "Debe ser una lista.", "It must be a list."),
    (
        {"observations": []},
        "#/observations",
        "Debe ser un objeto con campos.",
        "It must be an object with fields.",
    ),
    (
        {},
        "#",
        "Dé al menos la edad, un signo o una medición.",
        "Give at least the age, one sign or one measurement.",
    ),
    (
        {"evidence": [{"code": "fever", "state": "unknown"}]},
        "#",
        "Dé al menos la edad, un signo o una medición.",
        "Give at least the age, one sign or one measurement.",
    ),
]


@pytest.mark.parametrize(("body", "pointer", "es", "en"), BAD_FIELDS)
def test_each_bad_field_is_named_in_the_language_asked_for(
    client: httpx.Client, body: dict[str, Any], pointer: str, es: str, en: str
) -> None:
    assert details(refuse(client, body)) == {pointer: es}
    assert details(refuse(client, body, **{"Accept-Language": "en"})) == {pointer: en}
    assert details(refuse(client, {**body, "language": "en"})) == {pointer: en}


def test_every_bad_field_is_named_at_once(client: httpx.Client) -> None:
    body = {
        "age_years": 200,
        "observations": {"heart_rate_per_min": 900, "pulse": 3},
        "evidence": [{"code": "nothing_like_it", "state": "present"}],
    }
    problem = refuse(client, body)
    assert set(details(problem)) == {
        "#/age_years",
        "#/observations/heart_rate_per_min",
        "#/observations/pulse",
        "#/evidence/0/code",
    }
    assert problem["detail"].startswith("Datos que no se pueden aceptar: 4;")
    limits = {e["pointer"]: (e.get("minimum"), e.get("maximum")) for e in problem["errors"]}
    assert limits["#/observations/heart_rate_per_min"] == (20, 250)


def test_only_the_first_fields_of_very_many_are_shown(client: httpx.Client) -> None:
    problem = refuse(client, {f"field_{n}": n for n in range(2000)})
    assert len(problem["errors"]) == 50
    assert "2000" in problem["detail"]

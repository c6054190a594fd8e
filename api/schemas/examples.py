"""Requests and answers shown in the OpenAPI; the requests are run as tests."""

from typing import Any

from pydantic import JsonValue

ASSESSMENT_REQUESTS: list[JsonValue] = [
    {
        "age_years": 34,
        "sex": "female",
        "observations": {"temperature_c": 38.9, "heart_rate_per_min": 104},
        "evidence": [
            {"code": "fever", "state": "present"},
            {"code": "headache", "state": "present"},
            {"code": "cough", "state": "absent"},
        ],
        "language": "es",
    },
    {"age_years": 71, "sex": "male", "observations": {"oxygen_saturation_pct": 91}},
    {"evidence": [{"code": "fever", "state": "present"}], "problems": ["arbovirus"]},
    {
        "evidence": [{"code": "fever", "state": "present"}],
        "problems": ["arbovirus"],
        "prevalence": {"arbovirus": {"dengue": 0.12, "chikungunya": 0.03, "other_disease": 0.85}},
    },
    {
        "evidence": [{"code": "fever", "state": "present"}],
        "problems": ["arbovirus"],
        "place": {"municipality": "68001", "week": "2026-W07"},
    },
]

FHIR_BUNDLE: dict[str, JsonValue] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "resource": {
                "resourceType": "Patient",
                "id": "example",
                "gender": "female",
                "birthDate": "1992-03-01",
                "address": [
                    {
                        "city": "Bucaramanga",
                        "_city": {
                            "extension": [
                                {
                                    "url": "https://fhir.minsalud.gov.co/rda/StructureDefinition/"
                                    "ExtensionDivipolaMunicipality",
                                    "valueCoding": {
                                        "system": "https://fhir.minsalud.gov.co/rda/CodeSystem/"
                                        "DIVIPOLA",
                                        "code": "68001",
                                    },
                                }
                            ]
                        },
                    }
                ],
            }
        },
        {
            "resource": {
                "resourceType": "Encounter",
                "status": "in-progress",
                "class": {"code": "AMB"},
                "period": {"start": "2026-02-16T08:00:00-05:00"},
            }
        },
        {
            "resource": {
                "resourceType": "Observation",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]},
                "valueQuantity": {"value": 102.0, "code": "[degF]"},
            }
        },
        {
            "resource": {
                "resourceType": "Condition",
                "code": {
                    "coding": [
                        {"system": "http://human-phenotype-ontology.org", "code": "HP:0001945"}
                    ]
                },
                "subject": {"reference": "Patient/example"},
            }
        },
    ],
}

HOOK_REQUEST: dict[str, JsonValue] = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "example"},
    "prefetch": {
        "patient": {
            "resourceType": "Patient",
            "id": "example",
            "gender": "female",
            "birthDate": "1992-03-01",
        },
        "encounter": None,
        "observations": {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [
                {
                    "resource": {
                        "resourceType": "Observation",
                        "status": "final",
                        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                        "subject": {"reference": "Patient/example"},
                        "valueQuantity": {"value": 104, "code": "/min"},
                    }
                }
            ],
        },
        "conditions": {"resourceType": "Bundle", "type": "searchset", "total": 0},
    },
}

CARDS_FEEDBACK: dict[str, JsonValue] = {
    "feedback": [
        {"card": "9193dd41-a57a-446d-94af-06aeaabbfe69-severity", "outcome": "accepted"},
        {
            "card": "9193dd41-a57a-446d-94af-06aeaabbfe69-arbovirus",
            "outcome": "overridden",
            "overrideReason": {
                "reason": {"code": "other_evidence", "system": "urn:semia:override"}
            },
        },
    ]
}

PROBLEM: dict[str, Any] = {
    "type": "urn:semia:problem:invalid-request",
    "title": "Hay datos que corregir",
    "status": 422,
    "detail": "Datos que no se pueden aceptar: 1; «errors» dice cuáles y por qué.",
    "instance": "/v1/assessments",
    "language": "es",
    "errors": [
        {
            "pointer": "#/observations/heart_rate_per_min",
            "code": "out_of_range",
            "detail": "Frecuencia cardíaca: 900 no es posible; se acepta de 20 a 250 lpm.",
            "suggestions": [],
            "minimum": 20,
            "maximum": 250,
            "unit": "lpm",
        }
    ],
}

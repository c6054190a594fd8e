"""The departments of Colombia by the first two digits of a municipality's DIVIPOLA code.

Source: DANE, Codificación de la División Político-Administrativa de Colombia (Divipola). They are
proper names, the same in both languages. Bogotá (11) is left out: it is of no department.
"""

from collections.abc import Mapping

DEPARTMENTS: Mapping[str, str] = {
    "05": "Antioquia",
    "08": "Atlántico",
    "13": "Bolívar",
    "15": "Boyacá",
    "17": "Caldas",
    "18": "Caquetá",
    "19": "Cauca",
    "20": "Cesar",
    "23": "Córdoba",
    "25": "Cundinamarca",
    "27": "Chocó",
    "41": "Huila",
    "44": "La Guajira",
    "47": "Magdalena",
    "50": "Meta",
    "52": "Nariño",
    "54": "Norte de Santander",
    "63": "Quindío",
    "66": "Risaralda",
    "68": "Santander",
    "70": "Sucre",
    "73": "Tolima",
    "76": "Valle del Cauca",
    "81": "Arauca",
    "85": "Casanare",
    "86": "Putumayo",
    "88": "San Andrés, Providencia y Santa Catalina",
    "91": "Amazonas",
    "94": "Guainía",
    "95": "Guaviare",
    "97": "Vaupés",
    "99": "Vichada",
}


def department_of(municipality: str) -> str | None:
    """The department of a DIVIPOLA code; None for Bogotá and for what is no such code."""
    return DEPARTMENTS.get(municipality[:2])


def called(municipality: str, name: str | None) -> str:
    """A municipality so that no other is meant: its name, its department and its code."""
    department = department_of(municipality)
    if name is None:
        return f"{municipality} ({department})" if department else municipality
    return f"{', '.join(one for one in (name, department) if one)} ({municipality})"

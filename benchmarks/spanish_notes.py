"""Invented Spanish notes with persons in them, and notes with none: what free text is tried on.

A third of the names stand in no list of ours, notes are written with and without accents and
capitals, and documents and telephones in the ways people type them.
"""

import random
import unicodedata
from dataclasses import dataclass

COMMON_GIVEN = (
    "María José|Juan Carlos|Luz Marina|Ana|Carlos Andrés|Sandra Milena|Jorge|Paola|Andrés Felipe|"
    "Diana|Miguel Ángel|Rosa Elena|Gloria Inés|José|Laura Sofía|Óscar|Martha|Camilo|Blanca Nubia"
).split("|")
RARE_GIVEN = (
    "Yuleidy|Wbeimar|Nayibe|Ferley|Deicy|Yurleny|Aldemar|Nohemí|Eyder|Mayerly|Hermides|Dagoberto"
).split("|")
COMMON_FAMILY = (
    "Rodríguez Gómez|García|López Martínez|Hernández|Pérez Díaz|Sánchez Rojas|Ramírez|Torres Muñoz|"
    "Giraldo Zuluaga|Castañeda|Peña Ortiz|Cruz Vargas|Moreno|Quintero Ríos"
).split("|")
RARE_FAMILY = (
    "Tumiña|Chocontá Pira|Epiayú|Wouriyú|Muelas|Jamioy|Kowalski|Haddad|Pushaina|Chindoy"
).split("|")

TEMPLATES = (
    "Paciente {name}, {document}, consulta por fiebre de tres días y dolor retroocular.",
    "Sra. {name} refiere cefalea intensa, se comunica al {phone}.",
    "{name} identificado con {document}, con tos y dificultad respiratoria.",
    "Acude con la madre {name}, teléfono {phone}, por vómito y exantema.",
    "Nombre: {name}. {document}. Correo: {email}. Motivo: dolor abdominal.",
    "Se llama {name}, vive sola, niega alergias.",
    "Valorado por el Dr. {name}, se ordena hemograma; resultados a {email}.",
    "Remitido con dolor torácico opresivo. Contacto: {phone} ({name}).",
    "{document} - artralgias en manos y rodillas, {phone}.",
    "niño llevado por su abuela {name}, {document}, con diarrea",
)
CLINICAL = (
    "Paciente masculino de 45 años con fiebre de 39.5 y cefalea.",
    "Dolores articulares en manos y rodillas desde hace 5 días.",
    "Penicilina benzatínica 2.400.000 UI intramuscular dosis única.",
    "TA 120/80, FC 98, FR 22, SatO2 94 %, T 38.4.",
    "Plaquetas 85.000, hematocrito 42, leucocitos 3200.",
    "Signo de Murphy positivo, se solicita ecografía.",
    "Síndrome de Guillain Barré en estudio.",
    "Antecedente de enfermedad de Chagas y mal de Parkinson.",
    "Remitido del Hospital San Juan de Dios.",
    "Dolor en cruz, sin irradiación.",
    "Niega alergias, consume losartán 50 mg cada 12 horas.",
    "Herida en mano izquierda con arma blanca.",
    "Se administran 500 cc de solución salina.",
    "Carga viral de 1200000 copias por ml.",
    "Prueba de torniquete positiva, NS1 reactivo.",
    "Llanto sin consuelo, fontanela abombada.",
    "Piel clara, sin ictericia, ruidos cardíacos rítmicos.",
    "Control en 48 horas, signos de alarma explicados.",
    "Fecha de inicio 12/03/2024, consulta 2024-03-15.",
    "Escala de Glasgow 15/15, pupilas isocóricas.",
    "Domingo en la noche inició vómito.",
    "Vive en zona rural, fumigada en marzo.",
    "Maniobra de Lasègue positiva a la derecha.",
    "DOLOR ABDOMINAL EN FOSA ILIACA DERECHA.",
    "paz y salvo de vacunas, esquema completo",
    "PACIENTE FEMENINA CON DISNEA DE MEDIANOS ESFUERZOS.",
    "Edema grado II, pulsos presentes, llenado 2 segundos.",
    "Rosario costal palpable, déficit nutricional.",
)


@dataclass(frozen=True)
class Note:
    """A note and what of it must go, each with its kind."""

    text: str
    planted: tuple[tuple[str, str], ...]


def notes(count: int) -> list[Note]:
    """`count` notes with persons in them, the same ones each time."""
    chance = random.Random(1)
    return [_note(chance, TEMPLATES[n % len(TEMPLATES)]) for n in range(count)]


def _note(chance: random.Random, template: str) -> Note:
    planted = {kind: make(chance) for kind, make in MAKERS.items() if "{" + kind + "}" in template}
    change = chance.choice([str, str, str, _without_accents, str.upper, str.lower])
    said = {kind: change(text) for kind, text in planted.items()}
    pieces = change(template.replace("{", "\0{")).split("\0")
    text = "".join(pieces)
    for kind, value in said.items():
        text = text.replace("{" + change(kind) + "}", value)
    return Note(text, tuple(said.items()))


def _name(chance: random.Random) -> str:
    given = chance.choice(RARE_GIVEN if chance.random() < 0.33 else COMMON_GIVEN)
    family = chance.choice(RARE_FAMILY if chance.random() < 0.33 else COMMON_FAMILY)
    return f"{given} {family}"


def _document(chance: random.Random) -> str:
    number = chance.choice(
        [chance.randint(1_000_000_000, 1_199_999_999), chance.randint(4_000_000, 99_999_999)]
    )
    written = chance.choice(
        [str(number), f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")]
    )
    label = chance.choice(
        [
            "CC ",
            "C.C. ",
            "TI ",
            "T.I. No. ",
            "NUIP ",
            "cédula ",
            "RC: ",
            "CE ",
            "documento # ",
            "cédula de ciudadanía ",
        ]
    )
    return f"{label}{written}"


def _phone(chance: random.Random) -> str:
    digits = f"3{chance.randint(0, 2)}{chance.randint(0, 9)}{chance.randint(0, 9_999_999):07d}"
    spaced = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return chance.choice(
        [
            digits,
            spaced,
            spaced.replace(" ", "-"),
            f"+57 {spaced}",
            f"(604) {digits[3:6]} {digits[6:]}",
        ]
    )


def _email(chance: random.Random) -> str:
    user = _without_accents(chance.choice(COMMON_FAMILY)).lower().replace(" ", chance.choice("._-"))
    host = chance.choice(["gmail.com", "hotmail.com", "clinica.com.co"])
    return f"{user}{chance.randint(1, 99)}@{host}"


def _without_accents(text: str) -> str:
    return "".join(
        one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)
    )


MAKERS = {"name": _name, "document": _document, "phone": _phone, "email": _email}

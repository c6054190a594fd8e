"""The signalling questions of PROBAST, answered by code from what is known of the run.

Wolff et al. 2019, Ann Intern Med 170:51-58, doi:10.7326/M18-1376. What no run can know is unknown:
a person who assesses the model answers it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ml.cards.wording import number, power
from ml.problems import PROBLEMS
from ml.serving.problem_file import ProblemFile

Verdict = Literal["pass", "fail", "unknown"]
Both = tuple[str, str]

# Events of the rarest class for each feature (ibid., question 4.1), and to judge by.
_LEAST_PER_FEATURE = 20
_LEAST_JUDGED = 100
_MOST_DIFFERENCE = 1e-5


@dataclass(frozen=True)
class Answer:
    """One question: its number, its words, the verdict and why, in Spanish and English."""

    number: str
    question: Both
    verdict: Verdict
    why: Both


def answers(about: ProblemFile) -> list[Answer]:
    """Every signalling question, in its order."""
    return [Answer(number, asked, *judge(about)) for number, asked, judge in _QUESTIONS]


def risk(found: list[Answer]) -> Literal["high", "unclear", "low"]:
    """The overall risk of bias: high where one question fails, unclear where one is unknown."""
    verdicts = {one.verdict for one in found}
    if "fail" in verdicts:
        return "high"
    return "unclear" if "unknown" in verdicts else "low"


def _sources(about: ProblemFile) -> tuple[Verdict, Both]:
    if about.people == "synthetic":
        return "fail", ("los datos son sintéticos", "the data are synthetic")
    if about.people == "simulated":
        return "fail", ("los pacientes son simulados", "the patients are simulated")
    return "unknown", ("registros publicados, no una cohorte", "published records, not a cohort")


def _one_source(about: ProblemFile) -> tuple[Verdict, Both]:
    if len(about.sources) == 1:
        return "pass", ("una sola fuente", "one source")
    return "fail", (
        f"{len(about.sources)} fuentes miden cada una a su manera",
        f"{len(about.sources)} sources, each with its own way of measuring",
    )


def _at_hand(about: ProblemFile) -> tuple[Verdict, Both]:
    leaked = _leaked(about)
    if leaked:
        return "fail", (f"se saben después: {leaked}", f"known only afterwards: {leaked}")
    return "pass", (
        "toda entrada es un signo o una medición que el médico escribe",
        "every input is a sign or a measurement that the doctor types",
    )


def _not_in_outcome(about: ProblemFile) -> tuple[Verdict, Both]:
    leaked = _leaked(about)
    if leaked:
        return "fail", (f"dicen la respuesta: {leaked}", f"they tell the answer: {leaked}")
    if about.kind == "ordinal":
        return "fail", (
            "el nivel de urgencia se asigna mirando estos mismos signos",
            "a level of urgency is assigned by looking at these very signs",
        )
    return "unknown", (
        "ninguna entrada es una fuga declarada; si el desenlace se definió con estos signos, quienes publicaron los datos no lo dicen",
        "no input is a declared leak; whether the outcome was defined by these signs the publishers do not say",
    )


def _blind(about: ProblemFile) -> tuple[Verdict, Both]:
    if about.kind == "ordinal":
        return "fail", (
            "quien asigna un nivel de urgencia ve estos signos",
            "whoever assigns a level of urgency sees these signs",
        )
    return _NOT_SAID(about)


def _enough(about: ProblemFile) -> tuple[Verdict, Both]:
    if about.curves is None:
        return "unknown", ("esta versión no contó las clases", "this version did not count classes")
    rarest = min(n or 0 for n in about.curves.learned.values())
    judged = min(n or 0 for n in about.curves.judged.values())
    per_feature = rarest / max(len(about.features), 1)
    good = per_feature >= _LEAST_PER_FEATURE and judged >= _LEAST_JUDGED
    return "pass" if good else "fail", (
        f"{number(per_feature, 1, 'es')} de la clase menor por entrada (al menos {_LEAST_PER_FEATURE});"
        f" {'al menos' if judged >= _LEAST_JUDGED else 'menos de'} {_LEAST_JUDGED} para juzgarla",
        f"{per_feature:.1f} of the rarest class for each input (at least {_LEAST_PER_FEATURE});"
        f" {'at least' if judged >= _LEAST_JUDGED else 'fewer than'} {_LEAST_JUDGED} to judge it",
    )


def _all_judged(about: ProblemFile) -> tuple[Verdict, Both]:
    # Levels of urgency are learned from everybody (ml.cohort.hiding).
    if about.kind == "ordinal" or "oxygen_saturation_pct" not in about.features:
        return "pass", (
            "ninguna consulta con respuesta se excluye",
            "no encounter with an answer is excluded",
        )
    return "fail", (
        "al aprender se dejan fuera casi todos los pacientes sin un solo signo vital; juzgan todos",
        "learning leaves out most patients without a single vital sign; all of them judge",
    )


def analysed(about: ProblemFile) -> Both:
    """Who is left out of the analysis, in Spanish and English."""
    return _all_judged(about)[1]


def _measured(about: ProblemFile) -> tuple[Verdict, Both]:
    wanted = {"auc_roc", "brier", "ece", "calibration_slope"}
    lacking = ", ".join(sorted(wanted - set(about.metrics)))
    if lacking:
        return "fail", (f"falta: {lacking}", f"lacking: {lacking}")
    return "pass", (
        "discriminación y calibración medidas",
        "discrimination and calibration measured",
    )


def _optimism(about: ProblemFile) -> tuple[Verdict, Both]:
    if "n" not in about.metrics:
        return "unknown", (
            "no dice con cuántos se midió",
            "it does not say on how many it was measured",
        )
    return "pass", (
        f"medido en {about.metrics['n']:.0f} consultas de pacientes nunca vistos",
        f"measured on {about.metrics['n']:.0f} encounters of patients never seen",
    )


def _same_model(about: ProblemFile) -> tuple[Verdict, Both]:
    gap = about.metrics.get("onnx_difference")
    if gap is None:
        return "unknown", ("no se comparó", "not compared")
    return "pass" if gap <= _MOST_DIFFERENCE else "fail", (
        f"lo que se sirve difiere de lo medido en {power(gap, 'es')} como mucho",
        f"what is served differs from what was measured by {gap:.1e} at most",
    )


def _always(es: str, en: str) -> Callable[[ProblemFile], tuple[Verdict, Both]]:
    return lambda _: ("pass", (es, en))


def _unknown(es: str, en: str) -> Callable[[ProblemFile], tuple[Verdict, Both]]:
    return lambda _: ("unknown", (es, en))


def _leaked(about: ProblemFile) -> str:
    known = PROBLEMS.get(about.name)
    declared = {name for names in known.leaks.values() for name in names} if known else set()
    return ", ".join(sorted(declared & set(about.features)))


_NOT_SAID = _unknown(
    "quienes publicaron los datos no lo dicen", "the publishers of the data do not say"
)
_QUESTIONS: tuple[tuple[str, Both, Callable[[ProblemFile], tuple[Verdict, Both]]], ...] = (
    ("1.1", ("¿Fuentes apropiadas?", "Appropriate data sources?"), _sources),
    ("1.2", ("¿Inclusión apropiada?", "Appropriate inclusion?"), _NOT_SAID),
    ("2.1", ("¿Predictores iguales para todos?", "Predictors alike for all?"), _one_source),
    ("2.2", ("¿Predictores sin saber el desenlace?", "Predictors blind to the outcome?"), _NOT_SAID),
    ("2.3", ("¿Predictores a la mano al usarse?", "Predictors at hand when used?"), _at_hand),
    ("3.1", ("¿Desenlace bien determinado?", "Outcome determined well?"), _NOT_SAID),
    ("3.2", ("¿Definición estándar?", "Standard definition?"), _always(
        "las respuestas son códigos fijos, listados antes de aprender", "the answers are fixed codes, listed before learning")),
    ("3.3", ("¿Predictores fuera del desenlace?", "Predictors not in the outcome?"), _not_in_outcome),
    ("3.4", ("¿Desenlace igual para todos?", "Outcome alike for all?"), _one_source),
    ("3.5", ("¿Desenlace sin saber los predictores?", "Outcome blind to predictors?"), _blind),
    ("3.6", ("¿Intervalo apropiado?", "Appropriate interval?"), _NOT_SAID),
    ("4.1", ("¿Suficientes desenlaces?", "Enough outcomes?"), _enough),
    ("4.2", ("¿Números tratados bien?", "Numbers handled well?"), _always(
        "ninguna medición se reduce a sí o no", "no measurement is reduced to yes or no")),
    ("4.3", ("¿Todos analizados?", "Everybody analysed?"), _all_judged),
    ("4.4", ("¿Faltantes tratados bien?", "Missing data handled well?"), _always(
        "lo desconocido es una respuesta, dentro del modelo", "unknown is an answer, inside the model")),
    ("4.5", ("¿Sin selección univariada?", "No univariable selection?"), _always(
        "ninguna entrada se elige por su asociación", "no input is chosen by its association")),
    ("4.6", ("¿Censura y riesgos tratados?", "Censoring and risks handled?"), _always(
        "no hay tiempo hasta un suceso; cada paciente sirve para aprender o para medir, nunca para ambas cosas",
        "there is no time to an event; each patient serves to learn from or to measure, never both")),
    ("4.7", ("¿Desempeño bien medido?", "Performance measured well?"), _measured),
    ("4.8", ("¿Optimismo tenido en cuenta?", "Optimism accounted for?"), _optimism),
    ("4.9", ("¿El modelo es el que se midió?", "Is the model the one measured?"), _same_model),
)  # fmt: skip

"""A model's card: what it learned from, how good it is, what it must not be used for; es and en."""

from collections.abc import Mapping, Sequence

from ml.cards.groups import groups
from ml.cards.sureness import sureness
from ml.cards.wording import Language, labels, listed, number, titles
from ml.serving.problem_file import ProblemFile

# Figure, its name in Spanish, its name in English; docs/reference/metrics.md says how each is made.
_FIGURES = (
    ("auc_roc", "AUC-ROC, media de las clases", "AUC-ROC, mean over classes"),
    ("auc_pr", "AUC-PR, media de las clases", "AUC-PR, mean over classes"),
    ("f1_macro", "F1, media de las clases", "F1, mean over classes"),
    ("accuracy", "Aciertos de la primera respuesta", "Accuracy of the first answer"),
    ("balanced_accuracy", "Exactitud equilibrada", "Balanced accuracy"),
    ("top_3", "Correcta entre las tres primeras", "Right among the first three"),
    ("quadratic_kappa", "Kappa cuadrático", "Quadratic kappa"),
    ("brier", "Brier", "Brier score"),
    ("ece", "Error de calibración esperado", "Expected calibration error"),
    ("calibration_slope", "Pendiente de calibración", "Calibration slope"),
    ("calibration_intercept", "Intercepto de calibración", "Calibration intercept"),
    ("auc_roc_partial", "AUC-ROC con datos incompletos", "AUC-ROC with evidence hidden"),
    ("ece_partial", "Error de calibración con datos incompletos", "ECE with evidence hidden"),
    ("set_coverage", "Conjuntos con la respuesta correcta", "Sets that hold the right answer"),
    ("set_size", "Respuestas por conjunto", "Answers in a set"),
    (
        "strange_alarms",
        "Pacientes como aquellos de los que aprendió, tomados por extraños",
        "Familiar patients called strange",
    ),
    (
        "strange_found_tossed",
        "Pacientes inventados al azar, reconocidos como extraños",
        "Strangers made by chance, found",
    ),
    (
        "questions_asked",
        "Preguntas, si solo se pregunta lo propuesto",
        "Questions, asking what is proposed",
    ),
    ("top_1_asked", "Aciertos, así preguntado", "Accuracy of the first answer, asked so"),
    (
        "net_benefit_10",
        "Ganancia de beneficio neto sobre actuar con todos o con nadie, desde 10 %",
        "Net benefit gained over acting on all or on nobody, from 10%",
    ),
    (
        "net_benefit_20",
        "Ganancia de beneficio neto sobre actuar con todos o con nadie, desde 20 %",
        "Net benefit gained over acting on all or on nobody, from 20%",
    ),
    (
        "net_benefit_30",
        "Ganancia de beneficio neto sobre actuar con todos o con nadie, desde 30 %",
        "Net benefit gained over acting on all or on nobody, from 30%",
    ),
    (
        "net_benefit_50",
        "Ganancia de beneficio neto sobre actuar con todos o con nadie, desde 50 %",
        "Net benefit gained over acting on all or on nobody, from 50%",
    ),
)
_SCALES: Mapping[Language, Mapping[str, str]] = {
    "es": {"ktas": "KTAS (Corea)", "yale_triage": "ESI (EE. UU.)"},
    "en": {"ktas": "KTAS (Korea)", "yale_triage": "ESI (USA)"},
}

# What the nurses of a source did on the same records, held against the experts' level: n, AUC
# (they give no probability), quadratic kappa, calibration, graded too low and too high. KTAS: Moon
# et al. 2019, doi:10.1371/journal.pone.0216972, counted in 943 of the published records.
_NURSES: Mapping[str, tuple[int, tuple[float | None, ...]]] = {
    "ktas": (943, (None, 0.877, None, 0.106, 0.041))
}

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "es": {
        "version": "Versión",
        "trained": "Entrenado",
        "code": "Código (commit)",
        "data": "Datos",
        "real": "datos públicos de pacientes reales",
        "simulated": "datos públicos de pacientes SIMULADOS por sus autores: con pacientes reales"
        " acertará menos",
        "synthetic": "datos SINTÉTICOS: sirve para probar el programa, nunca para un paciente",
        "rows": "consultas de",
        "patients": "pacientes",
        "classes": "Respuestas posibles",
        "figures": "Medidas en pacientes que el modelo nunca vio (intervalo de 95 %)",
        "figure": "Medida",
        "model": "Modelo",
        "dummy": "Sin modelo",
        "alone": "Cada escala por separado",
        "pooled": "El modelo aprendió de dos escalas de triaje que no significan lo mismo.",
        "source": "Fuente",
        "under": "Subtriaje",
        "over": "Sobretriaje",
        "unseen": "pacientes de entrenamiento, con modelos que no los vieron",
        "nurses": "Las enfermeras, en KTAS",
        "learning": "Curva de aprendizaje",
        "encounters": "Consultas de entrenamiento",
        "never_ruled_out": "Demasiado pocos pacientes para poder descartarla alguna vez",
        "limits": "Límites",
        "limit": "Apoya el juicio de un médico y no lo reemplaza. Solo vale para pacientes"
        " parecidos a los de sus fuentes, y solo distingue entre las respuestas de la lista. Lo"
        " que no se informa se trata como desconocido, no como ausente.",
    },
    "en": {
        "version": "Version",
        "trained": "Trained",
        "code": "Code (commit)",
        "data": "Data",
        "real": "public data of real patients",
        "simulated": "public data of patients SIMULATED by their authors: with real patients it"
        " will be right less often",
        "synthetic": "SYNTHETIC data: good for trying the program, never for a patient",
        "rows": "encounters of",
        "patients": "patients",
        "classes": "Possible answers",
        "figures": "Figures on patients the model never saw (95% interval)",
        "figure": "Figure",
        "model": "Model",
        "dummy": "No model",
        "alone": "Each scale alone",
        "pooled": "The model learned from two triage scales that do not mean the same.",
        "source": "Source",
        "under": "Under-triage",
        "over": "Over-triage",
        "unseen": "those it learned from, by models that never saw them",
        "nurses": "The nurses, on KTAS",
        "learning": "Learning curve",
        "encounters": "Encounters to learn from",
        "never_ruled_out": "Too few patients for it ever to be ruled out",
        "limits": "Limits",
        "limit": "It supports a doctor's judgement and does not replace it. It holds only for"
        " patients like those of its sources, and tells apart only the answers listed. What is"
        " not given is taken as unknown, not as absent.",
    },
}


def in_language(about: ProblemFile, language: Language) -> list[str]:
    """What a card opens with, in Markdown: figures, each scale alone, limits."""
    words = _WORDS[language]
    called = labels(about.name, about.classes, language)
    return [
        f"# {about.question[language]}",
        "",
        f"- {words['version']}: {about.version} · {words['trained']}: {about.trained_at}",
        f"- {words['code']}: `{about.git_commit}` · SHA-256: `{about.data_hash}`",
        f"- {words['data']}: {listed(list(titles(about.sources, language).values()))} ·"
        f" {words[about.people]};"
        f" {about.rows} {words['rows']} {about.patients} {words['patients']}",
        f"- {words['classes']}: {listed(list(called.values()))}",
        "",
        f"## {words['figures']}",
        "",
        *_table(about, language),
        "",
        *sureness(about, called, language),
        *_never_ruled_out(about, called, words),
        *_each_scale(about, language),
        *groups(about, language),
        *_learning(about, language),
        f"## {words['limits']}",
        "",
        words["limit"],
        "",
    ]


def _table(about: ProblemFile, language: Language) -> list[str]:
    words = _WORDS[language]
    lines = [f"| {words['figure']} | {words['model']} | {words['dummy']} |", "|---|---|---|"]
    for name, spanish, english in _FIGURES:
        if name in about.metrics:
            label = spanish if language == "es" else english
            dummy = _shown(about.baseline.get(name), language)
            lines.append(f"| {label} | {with_interval(about, name, language)} | {dummy} |")
    return lines


def with_interval(about: ProblemFile, name: str, language: Language) -> str:
    """A figure, and the ends of its 95 % interval where the run measured them; else a dot."""
    shown = _shown(about.metrics.get(name), language)
    ends = [about.metrics.get(f"{name}_{end}") for end in ("low", "high")]
    if None in ends:
        return shown
    return f"{shown} ({'–'.join(_shown(end, language) for end in ends)})"


def _never_ruled_out(
    about: ProblemFile, called: Mapping[str, str], words: Mapping[str, str]
) -> Sequence[str]:
    """The classes that are in every set."""
    if about.conformal is None:
        return []
    bounds = zip(about.classes, about.conformal.least, strict=True)
    always = [called[code] for code, least in bounds if least <= 0]
    return [f"{words['never_ruled_out']}: {listed(always)}.", ""] if always else []


def _each_scale(about: ProblemFile, language: Language) -> Sequence[str]:
    """Scales of different meaning are reported alone, beside the model that pools them."""
    words = _WORDS[language]
    measured = [source for source in about.sources if f"{source}_auc_roc" in about.metrics]
    if len(measured) < 2:
        return []
    lines = [
        f"## {words['alone']}",
        "",
        words["pooled"],
        "",
        f"| {words['source']} | n | AUC-ROC | kappa | ECE | {words['under']} | {words['over']} |",
        "|---|---|---|---|---|---|---|",
    ]
    for source in measured:
        scale = _SCALES[language].get(source, source)
        lines.append(_scale(about, source, scale, language))
        if f"{source}_n_unseen" in about.metrics:
            unseen = f"{scale}: {words['unseen']}"
            lines.append(_scale(about, source, unseen, language, "_unseen"))
        if source in _NURSES and about.origin == "public":
            lines.append(_line(words["nurses"], *_NURSES[source], language))
    return [*lines, ""]


def _scale(
    about: ProblemFile, source: str, called: str, language: Language, which: str = ""
) -> str:
    """One scale's line, of those held out or of `which` patients else."""
    figures = [
        about.metrics.get(f"{source}_{name}{which}")
        for name in ("auc_roc", "quadratic_kappa", "ece", "under_triage", "over_triage")
    ]
    return _line(called, int(about.metrics[f"{source}_n{which}"]), figures, language)


def _line(called: str, rows: int, figures: Sequence[float | None], language: Language) -> str:
    shown = " | ".join(_shown(figure, language) for figure in figures)
    return f"| {called} | {rows} | {shown} |"


def _learning(about: ProblemFile, language: Language) -> Sequence[str]:
    """Whether more patients would still help; nothing for a version without the curve."""
    if about.curves is None or not about.curves.learning:
        return []
    words = _WORDS[language]
    steps = [
        f"| {step.rows} | {_shown(step.auc_roc, language)} |" for step in about.curves.learning
    ]
    head = [f"| {words['encounters']} | AUC-ROC |", "|---|---|"]
    return [f"## {words['learning']}", "", *head, *steps, ""]


def _shown(figure: float | None, language: Language) -> str:
    return "·" if figure is None else number(figure, 3, language)

"""A card leaves no item of TRIPOD+AI and no question of PROBAST out, in either language."""

import re
from html import escape

import numpy as np
import pytest

from ml.cards import probast, tripod
from ml.cards.files import LANGUAGES, card_files, page_name
from ml.cards.tripod_words import MODELS
from ml.evaluation.curves import benefit, calibration, roc
from ml.models.candidates import KINDS
from ml.serving.bundle import Bundle
from ml.serving.problem_file import ProblemFile
from tests.support.bundles import make_tiny_bundle
from warehouse.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("cards") / "bundle")


def drawn(bundle: Bundle, name: str = "arbovirus", **changed: object) -> ProblemFile:
    """What is said of a model of the tiny bundle, with curves of made-up patients."""
    rng, about = np.random.default_rng(1), bundle.problems[name].about
    y = rng.integers(0, len(about.classes), 600)
    answers = rng.dirichlet(np.ones(len(about.classes)), 600)
    counts = dict.fromkeys(about.classes, 4000)
    curves = {
        "calibration": calibration(y, answers),
        "roc": roc(y, answers, about.classes),
        "benefit": benefit(y, answers),
        "learned": counts,
        "judged": counts,
    }
    return ProblemFile.model_validate({**about.model_dump(), "curves": curves, **changed})


def verdicts(about: ProblemFile) -> dict[str, str]:
    return {one.number: one.verdict for one in probast.answers(about)}


@pytest.mark.parametrize("name", ["arbovirus", "severity", "differential", "admission"])
def test_every_item_is_filled_or_says_why_not(bundle: Bundle, name: str) -> None:
    about = drawn(bundle, name)
    spanish, english = tripod.items(about, "es"), tripod.items(about, "en")
    assert [item.number for item in english] == list(range(1, 28))
    for es, en in zip(spanish, english, strict=True):
        assert es.title != en.title
        assert es.text != en.text
        assert es.applies == en.applies
        assert len(en.text) > 20
        assert not re.search(r"None|[{}]", es.text + en.text)
    card = card_files(about)["card.md"]
    for words in ("Not applicable: ", "No aplica: "):
        assert card.count(words) == sum(not item.applies for item in english) == 1


@pytest.mark.parametrize(
    ("name", "origin", "told"),
    [
        ("arbovirus", "public", "public data of real patients"),
        ("differential", "public", "SIMULATED by their authors"),
        ("differential", "synthetic", "SYNTHETIC data"),
    ],
)
def test_the_card_says_who_was_learned_from(
    bundle: Bundle, name: str, origin: str, told: str
) -> None:
    card = card_files(drawn(bundle, name, origin=origin))["card.md"]
    said = [
        words for words in ("of real patients", "SIMULATED by", "SYNTHETIC data:") if words in card
    ]
    assert len(said) == 1
    assert told in card


def test_every_signalling_question_is_answered(bundle: Bundle) -> None:
    found = probast.answers(drawn(bundle))
    domains = [one.number.split(".")[0] for one in found]
    assert [domains.count(domain) for domain in "1234"] == [2, 3, 6, 9]
    assert probast.risk(found) == "high"


def test_verdicts_follow_what_is_known_of_the_run(bundle: Bundle) -> None:
    real = drawn(bundle, origin="public", metrics={})
    assert verdicts(drawn(bundle))["1.1"] == "fail"
    assert verdicts(real)["1.1"] == "unknown"
    assert verdicts(drawn(bundle, "differential", origin="public"))["1.1"] == "fail"
    assert verdicts(real)["4.7"] == "fail"
    assert (verdicts(real)["2.1"], verdicts(drawn(bundle, "severity"))["2.1"]) == ("pass", "fail")
    assert verdicts(real)["4.1"] == "pass"
    assert verdicts(real.model_copy(update={"curves": None}))["4.1"] == "unknown"
    few = dict.fromkeys(real.classes, None)
    assert real.curves is not None
    rare = real.curves.model_copy(update={"learned": few})
    assert verdicts(real.model_copy(update={"curves": rare}))["4.1"] == "fail"
    leaky = real.model_copy(update={"features": (*real.features, "cs_raca")})
    assert verdicts(leaky)["2.3"] == verdicts(leaky)["3.3"] == "fail"
    served = real.model_copy(update={"metrics": {"onnx_difference": 1e-4}})
    assert verdicts(served)["4.9"] == "fail"


def test_a_level_of_urgency_is_not_blind_to_the_signs_it_is_given_for(bundle: Bundle) -> None:
    triage, disease = (verdicts(drawn(bundle, name)) for name in ("severity", "arbovirus"))
    assert (triage["3.3"], triage["3.5"]) == ("fail", "fail")
    assert (disease["3.3"], disease["3.5"]) == ("unknown", "unknown")


def item(about: ProblemFile, number: int) -> tuple[str, str]:
    """One item's text in Spanish and English."""
    es, en = (tripod.items(about, language)[number - 1].text for language in ("es", "en"))
    return es, en


def test_figures_stand_beside_their_intervals(bundle: Bundle) -> None:
    measured = {"auc_roc": 0.8123, "auc_roc_low": 0.8, "auc_roc_high": 0.83, "accuracy": 0.7}
    about = drawn(bundle, metrics=measured)
    spanish, english = card_files(about)["card.md"].split("\n---\n")
    assert "| 0,812 (0,800–0,830) |" in spanish
    assert "| 0.812 (0.800–0.830) |" in english
    for number in (2, 23):
        assert "AUC-ROC 0.812 (0.800–0.830), accuracy 0.700, " in item(about, number)[1]


def test_groups_are_named_and_the_worst_is_pointed_at(bundle: Bundle) -> None:
    measured = {
        "auc_roc_of_women": 0.8, "auc_roc_of_aged_65_and_over": 0.71,
        "auc_roc_of_aged_18_to_39": 0.82, "auc_roc_of_from_ktas": 0.79,
        "auc_roc_of_without_vitals": 0.75,
    }  # fmt: skip
    about = drawn(bundle, metrics=measured)
    spanish, english = card_files(about)["card.md"].split("\n---\n")
    for told in ("| Mujeres | 0,800 |", "| De 65 años o más | 0,710 |", "| De 18 a 39 años |"):
        assert told in spanish
    for told in ("| Women | 0.800 |", "| Without any vital sign | 0.750 |", "(ktas) | 0.790 |"):
        assert told in english
    assert "De 65 años o más, AUC-ROC 0,710" in item(about, 14)[0]
    assert "Aged 65 and over, AUC-ROC 0.710" in item(about, 25)[1]


def test_where_no_group_was_large_enough_none_is_called_the_worst(bundle: Bundle) -> None:
    about = drawn(bundle, metrics={})
    for number in (14, 25):
        spanish, english = item(about, number)
        assert ". Ningún grupo llega a 150 pacientes, así que ninguno se midió." in spanish
        assert ". No group has 150 patients, so none was measured." in english
        assert not re.search("peor se|apart worst|de arriba|table above", spanish + english)
    assert "\nNo group has 150 patients, so none was measured.\n" in card_files(about)["card.md"]


def test_what_is_said_of_several_sources_is_not_said_of_one(bundle: Bundle) -> None:
    one = drawn(bundle, sources=("ktas",), candidate="blend")
    both = drawn(bundle, sources=("ktas", "yale_triage"), metrics={
        "ktas_auc_roc": 0.9, "ktas_auc_roc_low": 0.85, "ktas_auc_roc_high": 0.95,
        "yale_triage_auc_roc": 0.88,
    })  # fmt: skip
    assert "repeated" not in item(one, 13)[1]
    assert "repeated" in item(both, 13)[1]
    assert "There is one source" in item(one, 23)[1]
    half = drawn(bundle, sources=both.sources, metrics={"ktas_auc_roc": 0.9})
    assert "There is one source" not in item(half, 23)[1]
    assert "no more than one was measured apart" in item(half, 23)[1]
    assert "(ktas): AUC-ROC 0.900 (0.850–0.950); " in item(both, 23)[1]
    assert "mean of penalised logistic regression and gradient boosted trees" in item(one, 12)[1]


@pytest.mark.parametrize(
    ("origin", "name", "told"),
    [
        ("public", "arbovirus", ("without identifiers", "Retrospective records")),
        ("public", "differential", ("are simulated", "Simulated patients")),
        ("synthetic", "arbovirus", ("are synthetic", "Synthetic data")),
    ],
)
def test_nothing_is_said_of_real_people_where_there_are_none(
    bundle: Bundle, origin: str, name: str, told: tuple[str, str]
) -> None:
    about = drawn(bundle, name, origin=origin)
    assert told[0] in item(about, 17)[1]
    assert item(about, 26)[1].startswith(told[1])


def test_who_is_left_out_in_learning_is_not_hidden(bundle: Bundle) -> None:
    measured = {"features": ("oxygen_saturation_pct",)}
    left_out = drawn(bundle, "admission").model_copy(update=measured)
    assert "learning leaves out most patients without a single vital sign" in item(left_out, 11)[1]
    assert "no encounter with an answer is excluded" in item(drawn(bundle), 11)[1]


def test_a_threshold_that_is_not_there_was_not_chosen(bundle: Bundle) -> None:
    assert "None is called confident: " in item(drawn(bundle, confident=None), 15)[1]
    assert "chosen so that 85 in 100" in item(drawn(bundle), 15)[1]


def test_every_kind_of_model_has_a_name() -> None:
    kinds = {kind.name for kind in KINDS} | {"blend"}
    assert set(MODELS["es"]) == set(MODELS["en"]) == kinds


@pytest.mark.parametrize("name", ["arbovirus", "severity", "differential", "admission"])
def test_answers_are_called_by_their_words_and_not_by_their_codes(
    bundle: Bundle, name: str
) -> None:
    about = drawn(bundle, name)
    files = card_files(about)
    known = {one.code: one for one in load_vocabulary().diagnoses if one.problem == name}
    told = " ".join(files.values())
    assert [code for code in about.classes if "_" in code and re.search(rf"\b{code}\b", told)] == []
    for language in LANGUAGES:
        page = files[page_name(language)]
        for code in about.classes:
            label = known[code].label_es if language == "es" else known[code].label_en
            assert escape(label, quote=False) in page
    if name == "arbovirus":
        assert "Ni dengue ni chikunguña, o no concluyente</text>" in files["roc.es.svg"]


def test_spanish_writes_a_decimal_comma_and_english_a_point(bundle: Bundle) -> None:
    about = drawn(
        bundle,
        "severity",
        origin="public",
        metrics={
            "auc_roc": 0.8123, "n": 300.0, "onnx_difference": 2e-7,
            "ktas_auc_roc": 0.905, "ktas_n": 203.0, "yale_triage_auc_roc": 0.886,
            "yale_triage_n": 8898.0,
        },
    )  # fmt: skip
    spanish, english = card_files(about)["card.md"].split("\n---\n")
    for written in ("0,812", "0,80", "90,0 %", "40,0 %", "2,0e-07", "| 203 | 0,905 |", "0,877"):
        assert written in spanish, written
        assert written not in english
    for written in ("0.812", "90.0%", "2.0e-07", "| 203 | 0.905 |", "0.877"):
        assert written in english, written
    assert re.findall(r"\b0\.\d", spanish) == []
    assert re.findall(r"\b0,\d", english) == []


def test_a_question_of_two_answers_has_its_decision_curve(bundle: Bundle) -> None:
    files = card_files(drawn(bundle, "admission"))
    assert "según el modelo</text>" in files["decision.es.svg"]
    assert files["card.en.html"].count('src="data:image/svg+xml;base64,') == 3
    assert "decision.en.svg" not in card_files(drawn(bundle, "severity"))


def test_net_benefit_is_told_as_what_it_is_measured_against(bundle: Bundle) -> None:
    about = drawn(bundle, "admission", metrics={"net_benefit_10": 0.02})
    spanish, english = card_files(about)["card.md"].split("\n---\n")
    gained = "Ganancia de beneficio neto sobre actuar con todos o con nadie, desde 10 %"
    assert f"| {gained} | 0,020 |" in spanish
    assert "| Net benefit gained over acting on all or on nobody, from 10% | 0.020 |" in english


def test_a_problem_that_somebody_adds_has_its_codes_for_words(bundle: Bundle) -> None:
    added = drawn(bundle).model_copy(
        update={"name": "malaria", "classes": ("vivax", "falciparum", "none")}
    )
    assert "Possible answers: vivax; falciparum; none" in card_files(added)["card.md"]


def test_levels_of_urgency_are_learned_from_everybody(bundle: Bundle) -> None:
    measured = {"features": ("oxygen_saturation_pct",)}
    assert verdicts(drawn(bundle, "severity").model_copy(update=measured))["4.3"] == "pass"
    assert verdicts(drawn(bundle, "admission").model_copy(update=measured))["4.3"] == "fail"


def test_the_pages_need_nothing_else(bundle: Bundle) -> None:
    files = card_files(drawn(bundle))
    assert set(files) == {
        "card.md",
        "card.es.html",
        "card.en.html",
        "calibration.es.svg",
        "roc.es.svg",
        "calibration.en.svg",
        "roc.en.svg",
    }
    for language in ("es", "en"):
        page = files[f"card.{language}.html"]
        assert f'<html lang="{language}">' in page
        assert not re.search(r"<script|<link|\sstyle=|\son\w+=|https?://", page)
        assert page.count('src="data:image/svg+xml;base64,') == 2
        assert page.count("<li>") >= 4
        assert page.count("<table>") == page.count("</table>") >= 3
        assert "| " not in page.partition("<body>")[2]


def test_a_version_without_curves_says_so(bundle: Bundle) -> None:
    files = card_files(bundle.problems["severity"].about)
    assert set(files) == {"card.md", "card.es.html", "card.en.html"}
    assert "before its curves were kept" in files["card.md"]


def test_a_word_of_the_data_cannot_become_markup(bundle: Bundle) -> None:
    about = drawn(bundle, sources=("<script>alert(1)</script>",))
    assert all("<script" not in text for name, text in card_files(about).items() if "html" in name)

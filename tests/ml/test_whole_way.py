"""Features in, bundle out: training, gate, promotion, export, drift and retraining together."""

import json
from collections.abc import Iterator

import pytest

from ml import registry, retrain
from ml.cohort import histograms
from ml.export.champions import export
from ml.governance import decisions, drift, gate, promote, promotions
from ml.problems import PROBLEMS
from ml.serving import bundle
from ml.train import train
from warehouse.connection import connect
from warehouse.errors import BadBundle, DatabaseAway, GateRefused, NoChampion
from warehouse.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def drifted(trained: Settings) -> Iterator[Settings]:
    """The reference as if fever had been rarer when the arbovirus model learned."""
    version = registry.champion("arbovirus", trained).version
    swap = (
        "update registry.reference_histograms as a set share = b.share"
        " from registry.reference_histograms as b where a.problem = 'arbovirus'"
        " and a.version = %s and a.feature = 'fever' and b.problem = a.problem"
        " and b.version = a.version and b.feature = a.feature and a.bin + b.bin = 1"
    )
    with connect("semia_ml", trained) as connection:
        connection.execute(swap, (version,))
    yield trained
    with connect("semia_ml", trained) as connection:
        connection.execute(swap, (version,))
        connection.execute("delete from monitoring.feature_drift where problem = 'arbovirus'")


def test_the_bundle_answers_every_problem_and_says_it_is_synthetic(trained: Settings) -> None:
    read = bundle.load(trained.bundle_dir)
    assert set(read.problems) == set(PROBLEMS)
    assert read.history is not None
    assert read.history.key == "patient_id"
    assert read.local is not None
    for name, model in read.problems.items():
        about = model.about
        assert about.origin == "synthetic"
        assert about.version == "1"
        assert about.metrics["auc_roc"] > about.baseline["auc_roc"] + 0.15, name
        assert about.metrics["log_loss"] < about.baseline["log_loss"], name
        assert about.metrics["onnx_difference"] <= 1e-5
        assert "SINTÉTICOS" in model.card
        assert "SYNTHETIC" in model.card


def test_every_model_says_what_it_cannot_rule_out_and_who_is_strange_to_it(
    trained: Settings,
) -> None:
    """On patients of nobody's fitting or calibrating, each class within what chance allows."""
    for name, model in bundle.load(trained.bundle_dir).problems.items():
        figures, sets = model.about.metrics, model.about.conformal
        assert sets is not None
        assert len(sets.least) == len(sets.patients) == len(model.about.classes)
        assert figures["set_coverage"] > sets.coverage - 0.05, name
        assert figures["set_coverage_partial"] > sets.coverage - 0.05, name
        assert model.familiarity is not None
        assert figures["strange_alarms"] < model.familiarity.false_alarms + 0.02, name


def test_the_bundle_stays_small(trained: Settings) -> None:
    files = trained.bundle_dir.rglob("*")
    assert sum(path.stat().st_size for path in files if path.is_file()) < 30_000_000


def test_severity_reports_each_scale_alone(trained: Settings) -> None:
    about = registry.champion("severity", trained).about
    assert {"ktas_auc_roc", "ktas_auc_roc_unseen", "yale_triage_auc_roc"} <= set(about.metrics)
    card = bundle.load(trained.bundle_dir).problems["severity"].card
    assert card.count("KTAS (Corea)") == card.count("KTAS (Korea)") == 2


def test_every_decision_is_a_row_with_its_figures(trained: Settings) -> None:
    with connect("semia_ml", trained) as connection:
        rows = connection.execute(
            f"select problem, accepted, reason, checks from {decisions.TABLE}"
        ).fetchall()
    assert {row[0] for row in rows} == set(PROBLEMS)
    assert all(row[1] and row[2] and row[3] for row in rows)


def test_every_table_kept_beside_the_models_is_described(trained: Settings) -> None:
    drift.measure(trained)
    kept = {decisions.TABLE, histograms.TABLE, drift.TABLE, promotions.TABLE}
    with connect("semia_ml", trained) as connection:
        rows = connection.execute(
            "select a.attrelid::regclass::text, col_description(a.attrelid, a.attnum)"
            " from pg_attribute as a where a.attnum > 0"
            " and a.attrelid = any(%s::regclass[])",
            (sorted(kept),),
        ).fetchall()
    assert {table for table, _ in rows} == kept
    assert all(description for _, description in rows)


def test_with_nothing_new_there_is_nothing_to_decide(trained: Settings) -> None:
    decision = gate.decide("arbovirus", trained)
    assert decision.accepted
    assert decision.reason == gate.NOTHING_NEW
    assert promote.promote("arbovirus", trained) == "1"


def test_the_same_data_are_not_learned_twice(trained: Settings) -> None:
    outcome = retrain.retrain("arbovirus", trained)
    assert not outcome.trained
    assert "these very data" in outcome.why


def test_unmoved_data_have_not_drifted(trained: Settings) -> None:
    reports = drift.measure(trained)
    assert {report.problem for report in reports} == set(PROBLEMS)
    for report in reports:
        assert report.features
        assert report.max_psi == pytest.approx(0, abs=1e-9), report.problem
    written = json.loads((trained.home / "drift.json").read_text())
    assert set(written["problems"]) == set(PROBLEMS)


def test_a_moved_feature_is_named_and_asks_for_a_new_model(drifted: Settings) -> None:
    report = next(one for one in drift.measure(drifted) if one.problem == "arbovirus")
    assert next(iter(report.features)) == "fever"
    assert report.max_psi > retrain.DRIFT_LIMIT
    why = retrain._drifted("arbovirus", report.version, drifted)
    assert "drifted" in why


def test_a_challenger_waits_for_the_gate(trained: Settings) -> None:
    before = registry.champion("admission", trained).version
    newer = train("admission", trained, quick=True)
    with pytest.raises(GateRefused, match="semia gate admission"):
        promote.promote("admission", trained)
    assert registry.champion("admission", trained).version == before
    assert gate.decide("admission", trained).accepted
    assert promote.promote("admission", trained) == newer.version


def test_rolled_back_the_version_before_serves_and_the_other_stays_away(trained: Settings) -> None:
    before = registry.champion("admission", trained).version
    train("admission", trained, quick=True)
    assert gate.decide("admission", trained).accepted
    newer = promote.promote("admission", trained)
    assert newer != before
    change = promote.rollback("admission", trained, reason="doctors complained")
    assert (change.version, change.replaced) == (before, newer)
    assert registry.champion("admission", trained).version == before
    with pytest.raises(GateRefused, match="rolled back"):
        promote.promote("admission", trained)
    refused = gate.decide("admission", trained)
    assert [c.name for c in refused.checks if not c.holds] == ["times it was rolled back"]
    with connect("semia_ml", trained) as connection:
        history = connection.execute(
            f"select step, version, replaced, reason from {promotions.TABLE}"
            " where problem = 'admission' order by happened_at desc limit 2"
        ).fetchall()
    assert history[0] == ("rollback", before, newer, "doctors complained")
    assert history[1][:3] == ("promote", newer, before)


def test_the_first_champion_has_none_to_roll_back_to(trained: Settings) -> None:
    with pytest.raises(NoChampion, match="replaced no other"):
        promote.rollback("differential", trained, reason="")
    with pytest.raises(NoChampion, match="never passed the gate"):
        promote.rollback("differential", trained, reason="", to="99")


def test_a_champion_that_cannot_be_crowned_leaves_no_row(
    trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseAway("the model registry does not answer")

    rows = f"select count(*) from {promotions.TABLE}"
    with connect("semia_ml", trained) as connection:
        before = connection.execute(rows).fetchone()
    monkeypatch.setattr(registry, "crown", away)
    change = promotions.Change("severity", "9", "1", "promote", "")
    with pytest.raises(DatabaseAway):
        promote._crown(change, trained)
    with connect("semia_ml", trained) as connection:
        assert connection.execute(rows).fetchone() == before


def test_a_changed_model_file_is_not_exported(trained: Settings) -> None:
    before = bundle.load(trained.bundle_dir).version
    files = list((trained.home / "mlartifacts/differential").rglob("model.onnx"))
    original = files[0].read_bytes()
    files[0].write_bytes(original + b"\0")
    try:
        with pytest.raises(BadBundle, match="not the one that was registered"):
            export(trained)
    finally:
        files[0].write_bytes(original)
    assert bundle.load(trained.bundle_dir).version == before


def test_without_a_model_each_step_says_what_to_type(settings: Settings) -> None:
    for step in (
        lambda: gate.decide("severity", settings),
        lambda: promote.promote("severity", settings),
        lambda: export(settings),
        lambda: promote.rollback("severity", settings, reason=""),
    ):
        with pytest.raises(NoChampion, match="semia train"):
            step()


def test_before_the_first_champion_nothing_has_drifted(settings: Settings) -> None:
    assert drift.measure(settings) == []
    assert json.loads((settings.home / "drift.json").read_text())["problems"] == {}

"""What the files of a bundle say, record by record; `ml.export.pack` writes them."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ml.problems import Kind

# Published sets whose patients never lived: public, and still not evidence about people.
_SIMULATED = frozenset({"ddxplus"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConfidentFrom(_Strict):
    """From `known_from` known features on: the `threshold`, None where no answer is confident."""

    known_from: int
    threshold: float | None


class Confident(_Strict):
    """When an answer may be called confident.

    `threshold` is the least probability of the first answer; `precision` and `coverage` are what
    it gave on held-out patients (share right among confident answers, share of patients with
    one), `precision_low` the Clopper-Pearson 95 % lower bound behind the choice of threshold.
    `levels`, where there are any, give each amount of evidence a threshold of its own, least
    evidence first; `threshold` is then the least of them. An answer in `floors` needs that
    probability besides, so that it alone is as often right as all of them are; None, and it is
    never confident. `precision_by_answer` is the share right of each answer.
    `precision_told_little` and `coverage_told_little` are precision and coverage for the patients
    with most evidence hidden. No precision is told of fewer than 40 answers.
    """

    threshold: float
    precision: float
    precision_low: float
    coverage: float
    levels: tuple[ConfidentFrom, ...] = ()
    floors: Mapping[str, float | None] = {}
    precision_by_answer: Mapping[str, float] = {}
    precision_told_little: float | None = None
    coverage_told_little: float | None = None


class GroupOf(_Strict):
    """Some `classes` of a model that together are one answer to a broader question."""

    code: str
    label: Mapping[Literal["es", "en"], str]
    classes: tuple[str, ...]


class Broader(_Strict):
    """A broader question that the same probabilities answer, and when its answer is confident.

    Each class of the model is in one of the `groups`, whose probability is the sum of theirs.
    """

    groups: tuple[GroupOf, ...]
    confident: Confident | None


class Finding(_Strict):
    """Inner `edges` between a feature's values, and `shares` [values][classes] of patients."""

    edges: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]


class Asking(_Strict):
    """What `likelihoods` asks by: each class's share, and each finding's within the classes.

    They are pooled (`ml.cohort.pooled`): from none of them can one to nine patients be counted.
    """

    prior: tuple[float, ...]
    findings: Mapping[str, Finding]


class Point(_Strict):
    """A point of a curve; both lie between 0 and 1, but that a net benefit may be less."""

    x: float
    y: float


class Rung(_Strict):
    """A step of the learning curve: the AUC-ROC of what was learned from so many encounters."""

    rows: int
    auc_roc: float


class Curves(_Strict):
    """What the card draws, on patients the model never saw.

    `calibration`: probability given against share right; `roc` of each class: false alarms against
    found. `benefit`, of two answers: the probability from which one acts against the net benefit,
    as a share of the most there could be, of acting by the model and of acting on everybody.
    `learning`: AUC by how many encounters were learned from. `learned` and `judged` are
    encounters of each class, None where they are one to nine, or where the total would tell how
    many those are.
    """

    calibration: tuple[Point, ...]
    roc: Mapping[str, tuple[Point, ...]]
    benefit: Mapping[Literal["model", "all"], tuple[Point, ...]] = {}
    learning: tuple[Rung, ...] = ()
    learned: Mapping[str, int | None]
    judged: Mapping[str, int | None]


class Conformal(_Strict):
    """From which probability each class belongs to the set, and how often the set is right.

    `least` [classes] are the bounds of `conformal`, `patients` [classes] how many of each class
    they rest on: too few, and the class is in every set. It is None where they are one to nine, or
    where others would tell how many those are. `coverage` is the promise, for each class.
    """

    coverage: float
    least: tuple[float, ...]
    patients: tuple[int | None, ...]


class Familiar(_Strict):
    """What is usual in each class, for `ml.serving.strange`.

    `findings` are shares of the values a finding has; `mentions` [classes] how often a sign that
    was never recorded as absent is the one mentioned, among those that `kinds` calls alike (all,
    in a version before they were). Above `limit` a patient is called strange, and a share
    `false_alarms` of familiar ones is.
    """

    findings: Mapping[str, Finding]
    mentions: Mapping[str, tuple[float, ...]]
    kinds: Mapping[str, str] = {}
    limit: float
    false_alarms: float


class Place(_Strict):
    """How answers are set right for a place, learned from `rows` encounters of `source` there.

    `factors` [classes] multiply the prevalence that is stated with a patient.
    """

    source: str
    rows: int
    factors: tuple[float, ...]


class ProblemFile(_Strict):
    """What `problem.json` says of one model; `features` are the model's inputs, in order.

    `candidate` is the kind of model (`ml.models.candidates`), None in a version before it was told.
    """

    name: str
    question: Mapping[Literal["es", "en"], str]
    kind: Kind
    classes: tuple[str, ...]
    features: tuple[str, ...]
    version: str
    trained_at: str
    git_commit: str
    data_hash: str
    sources: tuple[str, ...]
    origin: Literal["public", "synthetic"]
    rows: int
    patients: int
    metrics: Mapping[str, float]
    baseline: Mapping[str, float]
    calibration: Mapping[str, float]
    confident: Confident | None
    broader: Broader | None = None
    asking: Asking | None = None
    curves: Curves | None = None
    conformal: Conformal | None = None
    familiar: Familiar | None = None
    place: Place | None = None
    candidate: str | None = None

    @property
    def people(self) -> Literal["real", "simulated", "synthetic"]:
        """Who the model learned from: patients, a publisher's made-up ones, or ones of our own."""
        if self.origin == "synthetic":
            return "synthetic"
        return "simulated" if _SIMULATED.issuperset(self.sources) else "real"


class Manifest(_Strict):
    """The list of everything in the bundle; `files` maps a relative path to its sha256."""

    format: int
    created_at: str
    problems: tuple[str, ...]
    files: Mapping[str, str]

"""What brings people to the two Korean departments, in the words and abbreviations used there.

Each complaint has a pattern that finds it in the published free text (first match counts), ways
to write it, and a diagnosis that may follow. Patterns measure, phrases synthesise: the phrases
are written here, not copied, in the style of the file ("pain, chest", "Lt", "HA").
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Complaint:
    """A complaint: its name, how to find it, how it is written, what it turns out to be."""

    name: str
    pattern: str
    phrases: tuple[str, ...]
    diagnosis: str


def _said(name: str, pattern: str, phrases: str, diagnosis: str) -> Complaint:
    return Complaint(name, pattern, tuple(phrases.split(" | ")), diagnosis)


UNREADABLE = _said("unreadable", r"^[? ]+$", "?? | ??? | ?? ??", "Unspecified abdominal pain")
OTHER = _said(
    "other",
    "",
    "For medication | for examination | hiccup | Urinary symptom | abnormal lab | numbness, arm "
    "| toothache | epistaxis | FB in throat | Alcohol smell | tube change",
    "Other specified symptoms",
)
COMPLAINTS = (
    UNREADABLE,
    _said(
        "altered mentality",
        r"mental|mentality|drowsy|confus|delirium|sleeping tend",
        "mental change | altered mentality | Confusion, acute | drowsy mentality",
        "Cerebral infarction, unspecified",
    ),
    _said(
        "fit or faint",
        r"seiz|sezure|convuls|syncope|\bloc\b|consciousness|post-cpr|desaturation",
        "syncope | post seizure | LOC | seizure like motion | loss of consciousness",
        "Syncope",
    ),
    _said(
        "stroke sign",
        r"weak|paresis|palsy|dysarth|aphasia|numb",
        "Rt. side motor weakness | general weakness | dysarthria "
        "| Lt. hemiparesis | Lt. side weakness",
        "Cerebrovascular accident NOS",
    ),
    _said(
        "chest pain",
        r"chest",
        "ant. chest pain | pain, chest | discomfort, chest | Left chest pain | chest discomfort",
        "Ischaemic chest pain",
    ),
    _said(
        "breathlessness",
        r"dysp|orthop|hypervent",
        "dyspnea | acute dyspnea | orthopnea",
        "Pneumonia, unspecified",
    ),
    _said(
        "gastrointestinal bleeding",
        r"hematem|melena|hematoch|anal bleed",
        "hematemesis | melena | hematochezia",
        "Gastrointestinal haemorrhage, unspecified",
    ),
    _said(
        "fever or cough",
        r"fever|f/c|cough|hemopt",
        "fever | Fever, chill | fever/chills | cough | C - Coughing",
        "Fever",
    ),
    _said(
        "dizziness or palpitation",
        r"dizz|vertigo|palpit",
        "dizziness | DZ - dizziness | rotatory vertigo | palpitation",
        "Dizziness and giddiness",
    ),
    _said(
        "abdominal pain",
        r"abd|epigast|rlq|ruq|llq|luq|umbil",
        "abd pain | epigastric pain | abdomen pain | RLQ pain "
        "| upper abdominal pain | pain, abdominal",
        "Acute gastroenteritis",
    ),
    _said(
        "flank pain",
        r"flank|dysuria|voiding|urin|bladder",
        "Lt flank pain | Rt. flank pain | dysuria | voiding difficulty",
        "Ureter stone",
    ),
    _said(
        "vomiting or diarrhoea",
        r"vomit|nausea|diarrh",
        "vomiting | D - Diarrhea | nausea | watery diarrhea",
        "Gastroenteritis of infectious origin",
    ),
    _said("headache", r"head ?ache|\bha\b|head pain", "headache | H-headache | HA", "Headache"),
    _said(
        "vaginal bleeding or pregnancy",
        r"vagin|pprom|menstr|pelvic",
        "vaginal bleeding | vaginal spotting | pelvic pain",
        "Threatened abortion",
    ),
    _said(
        "rash",
        r"rash|urticar|erupt|itch|papule|eczema",
        "urticarial rash | skin rash | itching",
        "Urticaria, unspecified",
    ),
    _said(
        "eye",
        r"ocular|\beye|vis(ion|ual)|diplopia",
        "ocular pain, Lt. | ocular pain, Rt. | blurred vision | FB in eye",
        "Corneal abrasion",
    ),
    _said(
        "wound",
        r"wound|lacer|scalp lac",
        "Open Wound | finger laceration | Laceration, scalp | lip laceration",
        "Open wound of other parts of head, face",
    ),
    _said(
        "injury",
        r"injur|trauma|burn|dislocat|sting|violence|abuse",
        "ankle injury | facial injury | Head trauma | injury, finger | wrist injury",
        "Contusion of unspecified part",
    ),
    _said(
        "limb or back pain",
        r"pain|ache|myalgia|otalgia",
        "low back pain | Left leg pain | myalgia | post neck pain | hip joint pain | ankle pain",
        "Sprain and strain of joint, unspecified",
    ),
    OTHER,
)


def complaint_of(text: str) -> str:
    """The name of the complaint that a published free text speaks of."""
    lowered = text.strip().lower()
    return next(c.name for c in COMPLAINTS if re.search(c.pattern, lowered))

"""The published column names of the KTAS file, in the file's order."""

PUBLISHED = (
    "Group",
    "Sex",
    "Age",
    "Patients number per hour",
    "Arrival mode",
    "Injury",
    "Chief_complain",
    "Mental",
    "Pain",
    "NRS_pain",
    "SBP",
    "DBP",
    "HR",
    "RR",
    "BT",
    "Saturation",
    "KTAS_RN",
    "Diagnosis in ED",
    "Disposition",
    "KTAS_expert",
    "Error_group",
    "Length of stay_min",
    "KTAS duration_min",
    "mistriage",
)
VITALS = ("SBP", "DBP", "HR", "RR", "BT")

# How a missing vital is written.
UNKNOWN = "??"
# How the file spells the spreadsheet's error where a person without pain has no pain score.
NO_SCORE = "#BOÞ!"

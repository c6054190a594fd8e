"""The published column names of the SINAN arbovirus file, in the file's order and by meaning."""

# Age coded as unit and number, sex, trimester of pregnancy, race, area of residence.
PERSON = ("NU_IDADE_N", "CS_SEXO", "CS_GESTANT", "CS_RACA", "CS_ZONA")

# Signs, 1 yes and 2 no.
SIGNS = (
    "FEBRE",
    "MIALGIA",
    "CEFALEIA",
    "EXANTEMA",
    "VOMITO",
    "NAUSEA",
    "DOR_COSTAS",
    "CONJUNTVIT",
    "ARTRITE",
    "ARTRALGIA",
    "PETEQUIA_N",
    "LACO",
    "DOR_RETRO",
)

# Diseases the patient already had, 1 yes and 2 no.
COMORBIDITIES = (
    "DIABETES",
    "HEMATOLOG",
    "HEPATOPAT",
    "RENAL",
    "HIPERTENSA",
    "ACIDO_PEPT",
    "AUTO_IMUNE",
)

# Days from the first symptom to the notification.
DAYS = "DIAS"

LABEL = "CLASSI_FIN"

PUBLISHED = (*PERSON, *SIGNS, *COMORBIDITIES, DAYS, LABEL)

# In the order in which the file holds them, one block after another.
CLASSES = ("CHIKUNGUNYA", "DENGUE", "OUTRAS_DOENCAS")

# In the file 0 is female and 1 male, whatever its attribute list says: only 0 is ever pregnant.
FEMALE, MALE, SEX_UNKNOWN = "0", "1", "2"

IGNORED = "9.0"

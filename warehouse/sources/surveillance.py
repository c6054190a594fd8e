"""What notifications of the Colombian surveillance system, SIVIGILA, have in common."""

# Names, documents, telephones and addresses: never published on purpose, and never landed.
# Source: dictionary of the basic data sheet of SIVIGILA, Instituto Nacional de Salud.
IDENTIFYING = (
    "pri_nom",
    "seg_nom",
    "pri_ape",
    "seg_ape",
    "num_ide",
    "tip_ide",
    "nombres",
    "apellidos",
    "nombre_paciente",
    "numero_documento",
    "tipo_documento",
    "documento",
    "dir_res",
    "direccion",
    "telefono",
    "correo",
    "fecha_nto",
    "fecha_nacimiento",
)

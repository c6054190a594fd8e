"""What notifications of the Colombian surveillance system, SIVIGILA, have in common."""

# Names, documents, telephones, addresses, and places finer than a municipality, which with an age
# and a week point at a person: some are published all the same, and none is landed.
# Socrata leaves accented letters out of a name (`tel_fono`).
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
    "n_mero_documento",
    "cedula",
    "c_dula",
    "tipo_documento",
    "documento",
    "dir_res",
    "direccion",
    "direcci_n",
    "telefono",
    "tel_fono",
    "celular",
    "correo",
    "fecha_nto",
    "fecha_nacimiento",
    "nombre_barrio",
    "barrio",
    "bar_ver",
    "vereda",
    "localidad",
    "comuna",
    "cen_poblado",
    "cen_pobla",
    "latitud",
    "longitud",
)

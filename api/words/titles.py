"""What each kind of refusal is called, in Spanish and in English."""

from collections.abc import Mapping

from api.words.language import Language

TITLES: Mapping[str, Mapping[Language, str]] = {
    "invalid-request": {
        "es": "Hay datos que corregir",
        "en": "Some of the data must be corrected",
    },
    "invalid-json": {"es": "El cuerpo no es JSON válido", "en": "The body is not valid JSON"},
    "empty-body": {"es": "El cuerpo está vacío", "en": "The body is empty"},
    "too-large": {"es": "La petición es demasiado grande", "en": "The request is too large"},
    "unsupported-media-type": {
        "es": "El cuerpo debe enviarse como application/json",
        "en": "The body must be sent as application/json",
    },
    "not-acceptable": {
        "es": "Aquí solo se responde con {media_type}",
        "en": "Only {media_type} is answered here",
    },
    "not-found": {"es": "Aquí no hay nada", "en": "There is nothing here"},
    "method-not-allowed": {
        "es": "Este método no se admite aquí",
        "en": "This method is not allowed here",
    },
    "no-key": {
        "es": "Hace falta una clave válida de su clínica",
        "en": "A valid key of your clinic is needed",
    },
    "wrong-scope": {
        "es": "Esta clave no sirve para esto",
        "en": "This key is not for this",
    },
    "other-host": {
        "es": "Semia solo responde aquí bajo el nombre de este equipo, como localhost",
        "en": "Semia answers here by this computer's own name only, such as localhost",
    },
    "no-clinic": {
        "es": "Su acceso no dice de qué clínica es usted: avise a quien administra Semia",
        "en": "Your access does not say which clinic you are of: tell whoever runs Semia",
    },
    "too-often": {
        "es": "Demasiadas consultas seguidas; espere {seconds} segundos",
        "en": "Too many questions in a row; wait {seconds} seconds",
    },
    "no-log": {
        "es": "No hay respuesta, porque no se puede anotar en el disco: avise a quien administra "
        "Semia",
        "en": "No answer, because it cannot be noted down on the disk: tell whoever runs Semia",
    },
    "no-room": {
        "es": "No queda sitio en el disco para tantos pacientes a la vez: envíe menos, o avise "
        "a quien administra Semia",
        "en": "The disk has no room for so many patients at once: send fewer, or tell whoever runs "
        "Semia",
    },
    "no-prefetch": {
        "es": "Falta el prefetch: este servicio no pide nada al servidor FHIR",
        "en": "The prefetch is missing: this service asks the FHIR server for nothing",
    },
    "no-list": {
        "es": "La lista de sus respuestas no se puede leer",
        "en": "The list of your answers cannot be read",
    },
    "no-models": {
        "es": "Todavía no hay modelos que puedan responder",
        "en": "There are no models yet that could answer",
    },
    "bad-request": {
        "es": "No se puede leer la petición",
        "en": "The request cannot be read",
    },
    "internal": {
        "es": "Semia ha fallado y no hay respuesta: inténtelo de nuevo y, si sigue, avise a quien "
        "administra Semia",
        "en": "Semia has failed and gave no answer: try again and, if it goes on, tell whoever "
        "runs Semia",
    },
}

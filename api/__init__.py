"""The service a doctor asks: REST, the page, and the Lambda handler.

A request goes through `http` and `access` to one of `routes`; `answer` and `batch` make of it what
is returned, from the `bundle` that is served and a patient's `history`; `log` keeps it. `schemas`
are what goes in and out, `words` every sentence, `fhir` the other tongue, `page` what a browser
shows.
"""

__version__ = "0.1.0"

"""`python -m api.probe`: end with 0 where the service answers that the settings tell of.

For a container's health check, which knows neither the port that was set nor whether it is TLS.
"""

import http.client
import ssl
import sys

from warehouse.settings import Settings, load_settings

_PATIENCE_SECONDS = 4
# What listens on every address of a family is asked at that family's loopback.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on


def is_alive(settings: Settings) -> bool:
    """Whether the service answers on its own port."""
    connection = _connection(settings, _EVERYWHERE.get(settings.host, settings.host))
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(settings: Settings, host: str) -> http.client.HTTPConnection:
    if settings.https_certificate is None:
        return http.client.HTTPConnection(host, settings.port, timeout=_PATIENCE_SECONDS)
    # The certificate is for the name that others know, and nothing is told but whether it answers.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(
        host, settings.port, timeout=_PATIENCE_SECONDS, context=context
    )


if __name__ == "__main__":
    sys.exit(not is_alive(load_settings()))

"""A clinic's key by its form, for detect-secrets: it knows the keys of others."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class SemiaKeyDetector(RegexBasedDetector):
    """What `semia key new` shows once."""

    secret_type = "Semia key"
    denylist = (re.compile(r"semia_[0-9a-f]{8}_[A-Za-z0-9_-]{43}"),)

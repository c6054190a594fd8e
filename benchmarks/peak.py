"""The most memory this process has had."""

import re
from pathlib import Path


def peak_megabytes() -> float:
    """Peak resident memory in MB, of this program alone.

    Not `getrusage`: what it tells outlives `exec`, so that a child begins with its parent's peak.
    Linux only.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(kilobytes) / 1024

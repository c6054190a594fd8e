"""Known vulnerabilities of the packages in the locks named, by pip-audit.

Ends with 1 where there is one. Where no database answers, it says so and ends with 0: a check that
could not be made is told, and breaks no build that has no network.
"""

import json
import subprocess
import sys


def audited(lock: str) -> list[dict[str, object]]:
    """What pip-audit says of each package of a lock; nothing where it gets no answer."""
    command = ["-m", "pip_audit", "--no-deps", "--disable-pip", "--require-hashes", "-r", lock]
    asked = [sys.executable, *command, "--format", "json", "--progress-spinner", "off"]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False)
    try:
        return list(json.loads(ran.stdout)["dependencies"])
    except ValueError:
        print(f"{lock}: NOT CHECKED: {(ran.stderr.strip().splitlines() or ['no answer'])[-1]}")
        return []


def main(locks: list[str]) -> int:
    """Check every lock; 1 where a vulnerability is known."""
    known = 0
    for lock in locks:
        packages = audited(lock)
        unasked = [package for package in packages if "skip_reason" in package]
        if packages:
            told = f"{len(packages) - len(unasked)} of {len(packages)} packages could be looked up"
            print(f"{lock}: {told}" + (": NOT CHECKED" if len(unasked) == len(packages) else ""))
        for package in packages:
            for found in package.get("vulns") or []:
                known += 1
                print(f"  {package['name']} {package['version']}: {found['id']}")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

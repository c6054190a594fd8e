#!/bin/sh
# `make containers`: build the images, bring the stack up, ask it, take it down. Nothing may be skipped.
set -eu
cd "$(dirname "$0")/../.."
SEMIA_TEST_ALL=1 exec .venv/bin/python -m pytest tests/containers --durations=5 "$@"

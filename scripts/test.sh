#!/bin/bash
# The whole suite; with arguments, just that: scripts/test.sh tests/vouchers -k number
# Run through `make test`, which brings PostgreSQL and Redis.
set -uo pipefail
cd "$(dirname "$0")/.."
workers=${WORKERS:-2}
# Static files straight from the source, no secret key needed: as on a developer's own machine.
export DEMO=true

if (($#)); then
    exec .venv/bin/pytest -n "$workers" --dist worksteal "$@"
fi

color=no
[ -t 1 ] && color=yes
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# First the journeys the way `make demo` runs: SQLite, Celery in the process.
echo "== Journeys on SQLite"
env -u REDIS_URL DATABASE_URL=sqlite://:memory: .venv/bin/pytest -n "$workers" --dist worksteal --color "$color" -m "both_engines and not postgresql" 2>&1 | tee "$log"
sqlite=$?

echo
echo "== Everything on PostgreSQL"
.venv/bin/pytest -n "$workers" --dist worksteal --color "$color"
all=$?

# Whoever reads only the last line must not see "passed" there when something failed.
if ((sqlite && !all)); then
    echo
    echo "== The journeys on SQLite failed; the end of their report again"
    tail -n 25 "$log"
fi
((!sqlite && !all))

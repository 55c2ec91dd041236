#!/bin/bash
# The whole suite; with arguments, just that: scripts/test.sh tests/vouchers -k number
# Run through `make test`, which brings PostgreSQL and Redis.
set -uo pipefail
cd "$(dirname "$0")/.."
workers=${WORKERS:-2}
# Every start compiles three thousand files where an image says that no bytecode is kept: it is, out of the way.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$PWD/.venv/bytecode"
# Static files straight from the source, no secret key needed: as on a developer's own machine.
export DEMO=true

if (($#)); then
    exec .venv/bin/pytest -n "$workers" --dist worksteal "$@"
fi

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
color=no
[ -t 1 ] && color=yes

# Both engines side by side: where one waits for its database or its browser, the other works. On SQLite the journeys, the
# way `make demo` runs: Celery in the process. They begin when the others know their tests: what those had to compile for
# it, from a fresh clone every file of ours, is there to be read.
beside() {
    until grep -qsE ' workers? \[' "$logs/postgresql" || [ -e "$logs/over" ]; do sleep 1; done
    env -u REDIS_URL DATABASE_URL=sqlite://:memory: .venv/bin/pytest -n 1 --color "$color" \
        -m "both_engines and not postgresql" >"$logs/sqlite" 2>&1
}
beside &
sqlite=$!

echo "== Everything on PostgreSQL"
.venv/bin/pytest -n "$workers" --dist worksteal --color "$color" -m "not sqlite" 2>&1 | tee "$logs/postgresql"
all=${PIPESTATUS[0]}
touch "$logs/over"
wait "$sqlite"
sqlite=$?

echo
echo "== Journeys on SQLite, beside it"
cat "$logs/sqlite"

# Whoever reads only the last line must not see "passed" there when something failed.
if ((all || !sqlite)); then
    echo
    echo "== Everything on PostgreSQL: its last line again"
    tail -n 1 "$logs/postgresql"
fi
((!sqlite && !all))

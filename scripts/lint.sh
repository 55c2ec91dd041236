#!/bin/bash
# Every check that needs no database. All of them run, also after a failure; the end says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
# Tools that load the settings see no database or broker of the developer's own.
export DATABASE_URL=sqlite://:memory: REDIS_URL='' DEMO=true
# Every start compiles three thousand files where an image says that no bytecode is kept: it is, out of the way.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$PWD/.venv/bytecode"
failed=()
types=$(mktemp)
trap 'rm -f "$types"' EXIT

step() {
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    "$@" </dev/null || failed+=("$name")
    echo "   $((SECONDS - start)) s"
}

# The longest step by far: beside the others, and shown in its turn.
mypy </dev/null >"$types" 2>&1 &
mypy=$!
type_check() {
    wait "$mypy"
    local outcome=$?
    cat "$types"
    return "$outcome"
}

templates() {
    git ls-files -z --cached --others --exclude-standard 'templates/*.html'
}
djade_check() { templates | xargs -0r djade --check --target-version 5.2; }
djlint_check() { djlint --quiet --lint templates; }

# The settings as they would be in production; nothing is contacted.
deploy_check() {
    env DEMO=false \
        SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        ALLOWED_HOSTS=kbl.example \
        SITE_URL=https://kbl.example \
        DATABASE_URL=postgres://kbl:kbl@postgres.example/kbl \
        REDIS_URL=redis://redis.example/0 \
        EMAIL_URL=smtp+tls://kbl:kbl@mail.example:587 \
        python manage.py check --deploy --fail-level WARNING
}

step "Style (ruff check)" ruff check --quiet --output-format concise .
step "Form (ruff format)" ruff format --check --output-format concise .
step "Templates, form (djade)" djade_check
step "Templates, style (djlint)" djlint_check
step "Migrations are complete (makemigrations --check)" python manage.py makemigrations --check --dry-run
step "Imports point one way (import-linter)" lint-imports --no-logo
step "Settings are fit for production (check --deploy)" deploy_check
step "Vendored files (checksums)" python scripts/vendor_assets.py verify
step "Types (mypy), beside the others" type_check

echo
if ((${#failed[@]})); then
    echo "lint: ${#failed[@]} failed:"
    printf '  - %s\n' "${failed[@]}"
    exit 1
fi
echo "lint: all passed"

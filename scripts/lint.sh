#!/bin/bash
# Every check that needs no database. All of them run, also after a failure; the end says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
# Tools that load the settings see no database or broker of the developer's own.
export DATABASE_URL=sqlite://:memory: REDIS_URL='' DEMO=true
failed=()

step() {
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    "$@" </dev/null || failed+=("$name")
    echo "   $((SECONDS - start)) s"
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
step "Types (mypy)" mypy
step "Migrations are complete (makemigrations --check)" python manage.py makemigrations --check --dry-run
step "Imports point one way (import-linter)" lint-imports --no-logo
step "Settings are fit for production (check --deploy)" deploy_check
step "Vendored files (checksums)" python scripts/vendor_assets.py verify

echo
if ((${#failed[@]})); then
    echo "lint: ${#failed[@]} failed:"
    printf '  - %s\n' "${failed[@]}"
    exit 1
fi
echo "lint: all passed"

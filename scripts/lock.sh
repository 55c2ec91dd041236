#!/bin/sh
# Lock requirements/*.in into hashed files without any address in them.
# `scripts/lock.sh --upgrade` takes the newest versions the .in files allow.
set -eu
cd "$(dirname "$0")/../requirements"

lock() {
    ../.venv/bin/uv pip compile "$@" --quiet --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate
}

lock base.in -o base.txt "$@"
lock base.in test.in lint.in -c base.txt -o dev.txt "$@"

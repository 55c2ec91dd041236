#!/bin/sh
# Make sure Debian packages are there: scripts/system.sh run|test|venv ...
# Installs what is missing when root; otherwise says which line to run, and stops.
set -eu

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

# The browser without a window asks half the work of the one that has one; whoever has only that one (Ubuntu knows no
# other) can do with it.
browser=chromium-headless-shell
if grep -qs '^ID=ubuntu' /etc/os-release; then browser=chromium; fi
if [ "$(id -u)" -ne 0 ] && ! installed "$browser" && installed chromium; then browser=; fi

packages=
for group in "$@"; do
    case $group in
        # WeasyPrint's text layout, and at least one font to lay out.
        run) packages="$packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core" ;;
        test) packages="$packages postgresql redis-server $browser" ;;
        venv) packages="$packages python3-venv" ;;
        *) echo "system.sh: unknown group '$group' (run, test, venv)" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian or Ubuntu. Install what these packages hold, if it is missing:$packages" >&2
    exit 0
fi

missing=
for package in $packages; do
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some system packages are missing. Run this line first:" >&2
    echo "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# The image may be older than the mirror, so look at the current list of packages first.
# shellcheck disable=SC2086
if ! { apt-get update --quiet --quiet &&
    apt-get install --quiet --quiet --yes --no-install-recommends -o DPkg::Lock::Timeout=300 $missing >/dev/null; }; then
    if [ "$missing" != " $browser" ] || ! installed chromium; then exit 1; fi
    echo "The browser with a window does as well; only slower." >&2
fi

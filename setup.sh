#!/bin/sh
# Sets up the checkout: virtual environment, packages by hash, browser libraries, translations.
# `sh setup.sh run` installs what running needs, `sh setup.sh test` the test tools too.
# What stands already is known by a stamp in .venv that bears the hash of everything it was made from.
set -eu
cd "$(dirname "$0")"

what=${1:-run}
python=${PYTHON:-python3}
case $what in
    run) lock=requirements.lock ;;
    test) lock=requirements-dev.lock ;;
    *) echo "setup.sh: write \`sh setup.sh run\` or \`sh setup.sh test\`." >&2; exit 2 ;;
esac

fail() {
    echo "setup: $1" >&2
    exit 1
}

hash_of() {
    cat "$@" | sha256sum | cut -c1-16
}

command -v "$python" >/dev/null 2>&1 || fail "there is no $python: install Python 3.11 or newer, or name one with PYTHON=…"
which_python=$(command -v "$python")
here=$(pwd)
mark="$here $which_python"
packages_stamp=.venv/.packages-$what-$(hash_of "$lock" pyproject.toml)
browser_stamp=.venv/.browser-$(hash_of console/package-lock.json console/vendor.txt)

# A moved checkout or another Python: the environment is made anew.
if [ -d .venv ] && [ -f .venv/.made-by ] && [ "$(cat .venv/.made-by)" != "$mark" ]; then
    echo "setup: the virtual environment was made by another Python or elsewhere; it is made anew." >&2
    rm -rf .venv
fi

if [ ! -x .venv/bin/python ] || [ ! -f .venv/.made-by ]; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$python is older than 3.11: name a newer one with PYTHON=…"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv: install it (on Debian the package python3-venv)."
    echo "setup: virtual environment" >&2
    "$python" -m venv .venv || fail "the virtual environment could not be made in $here/.venv: is the folder writable, the disk full?"
    printf '%s' "$mark" >.venv/.made-by
fi

if [ ! -f "$packages_stamp" ]; then
    echo "setup: packages of $lock" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock" ||
        fail "packages could not be installed; see above, then try again."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ||
        fail "the project itself could not be installed; see above."
    rm -f .venv/.packages-"$what"-*
    : >"$packages_stamp"
fi

if [ ! -f "$browser_stamp" ] || [ ! -d console/static/vendor ]; then
    echo "setup: browser libraries" >&2
    (
        cd console
        PATH="$here/.venv/bin:$PATH" npm_config_cache="$here/.venv/npm" npm_config_update_notifier=false NODE_USE_SYSTEM_CA=1 \
            ../.venv/bin/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    ) || fail "browser libraries could not be installed; see above, then try again."
    .venv/bin/python -m console.vendor || fail "browser libraries could not be copied; see above."
    rm -f .venv/.browser-*
    : >"$browser_stamp"
fi

# Quick where all is fresh; `find` keeps Python from being started at all then.
if [ ! -f .venv/.translated ] || [ -n "$(find app/locale -name '*.po' -newer .venv/.translated)" ] ||
    [ "$(find app/locale -name '*.po' | wc -l)" != "$(find app/locale -name '*.mo' | wc -l)" ]; then
    .venv/bin/python -m app.phrasebook || fail "translations could not be compiled; see above."
    : >.venv/.translated
fi

# What people say is learnt anew when a sentence or the way of learning changed.
spoken=dispatch/matters/learnt
last=$spoken/spoken/together.model # made after spoken.model
if [ ! -f "$last" ] || [ ! -f "$spoken/spoken/spoken.model" ] ||
    [ -n "$(find "$spoken" -name '*.tsv' -newer "$last" -o -name '*.py' -newer "$last")" ]; then
    echo "setup: learning what people say" >&2
    .venv/bin/python -m app.learnt || fail "the sentences could not be learnt; see above."
fi

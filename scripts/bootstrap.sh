#!/usr/bin/env bash
# Sets the machine up for one of two uses, and says so only where it had to work:
#   scripts/bootstrap.sh demo     what it takes to run Sổ Gốc
#   scripts/bootstrap.sh test     the same, and the linters, the test tools, a browser, a PDF reader, foreign readers
#   scripts/bootstrap.sh system   only the system packages of both (what .ci/run does first)
# Running it again costs a few milliseconds: finished work is stamped in .venv/ with what it was made from.
#
# Foreign readers (tests/foreign) are other people's programs that check our log. The Python ones need a newer Python
# than we do and packages that we do not want beside ours, so they get an environment of their own: .venv-foreign/.
# Those for Node (verifiers of credentials) are installed by npm from their lock: tests/foreign/node/node_modules/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

use=${1:-}
case "$use" in
    demo) lock=requirements.lock ;;
    test | system) lock=requirements-dev.lock ;;
    *) echo "usage: scripts/bootstrap.sh demo|test|system" >&2; exit 2 ;;
esac

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# What the environment is made from. The folder counts: a virtual environment does not survive being moved.
fingerprint() { { cat "$1" pyproject.toml scripts/bootstrap.sh; pwd; } | cksum; }
is_stamped() { [ -f ".venv/.set-up-$1" ] && [ "$(cat ".venv/.set-up-$1")" = "$(fingerprint "$2")" ]; }

foreign_lock=tests/foreign/requirements.lock
is_foreign_done() {
    [ "$use" != test ] || [ "$(cat .venv/.set-up-foreign 2>/dev/null)" = "$(fingerprint $foreign_lock)" ]
}

node_folder=tests/foreign/node
is_node_done() {
    [ "$use" != test ] || ! command -v npm >/dev/null 2>&1 \
        || [ "$(cat .venv/.set-up-node 2>/dev/null)" = "$(fingerprint $node_folder/package-lock.json)" ]
}

# Everything that the demo needs is part of what the tests need, so either stamp will do for the demo.
is_set_up() {
    [ -x .venv/bin/python ] || return 1
    is_stamped test requirements-dev.lock || { [ "$use" = demo ] && is_stamped demo requirements.lock; }
}
if [ "$use" != system ] && is_set_up && is_foreign_done && is_node_done; then exit 0; fi

# --- Python ---------------------------------------------------------------------------------------------------

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
makes_venvs() { "$1" -c 'import ensurepip, venv; ensurepip.version()' >/dev/null 2>&1; }

# The first Python that can make a virtual environment, else the first that is recent enough.
find_python() {
    local candidate fallback=
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3; do
        is_recent "$candidate" || continue
        if makes_venvs "$candidate"; then echo "$candidate"; return; fi
        fallback=${fallback:-$candidate}
    done
    echo "$fallback"
}

python=$(find_python)
[ -n "$python" ] || stop "Python 3.11 or newer is needed: apt-get install python3 python3-venv (or name one: make PYTHON=/path/to/python3.12 …)"

# --- System packages ------------------------------------------------------------------------------------------

libraries=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true)
has_library() { [ -z "$libraries" ] || grep -qF "$1" <<<"$libraries"; }
has_command() { command -v "$1" >/dev/null 2>&1; }
# Asked to answer, because Ubuntu's package of that name is a script that only says where to find the snap.
has_browser() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        "$name" --version >/dev/null 2>&1 && return
    done
    return 1
}

# Where Debian puts the sources of Go packages; a test of this script looks elsewhere.
go_packages=${SOGOC_GO_PACKAGES:-/usr/share/gocode/src}

# Asked by what they give, not by the package database: a library from elsewhere is as good.
find_missing_packages() {
    needed=() wanted=() browser_hint=
    makes_venvs "$python" || needed+=("$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
    has_library libpango-1.0.so.0 || needed+=(libpango-1.0-0)
    has_library libpangoft2-1.0.so.0 || needed+=(libpangoft2-1.0-0)
    has_library libharfbuzz-subset.so.0 || needed+=(libharfbuzz-subset0)
    [ "$use" = demo ] && return
    has_command pdftotext || wanted+=(poppler-utils)
    has_command openssl || wanted+=(openssl) # a time-stamp authority to test against
    has_command softhsm2-util || wanted+=(softhsm2) # a hardware module in software
    has_command go || wanted+=(golang-go) # a foreign reader of the log, and its packages
    [ -d "$go_packages/golang.org/x/mod/sumdb/tlog" ] || wanted+=(golang-golang-x-mod-dev)
    has_command npm || wanted+=(npm) # foreign verifiers of credentials
    has_library libatomic.so.1 || wanted+=(libatomic1) # the browser's driver is linked to it
    if has_browser; then return; fi
    if grep -qs '^ID=ubuntu' /etc/os-release; then browser_hint="snap install chromium"; else wanted+=(chromium); fi
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" \
        </dev/null >/dev/null 2>&1
}

install_packages() {
    [ "$(id -u)" = 0 ] && has_command apt-get || return 0
    say "system packages: $*"
    apt-get update -qq </dev/null >/dev/null 2>&1 || true
    # One by one if together fails: a machine without Chromium still gets the rest.
    apt_install "$@" || for package in "$@"; do apt_install "$package" || true; done
    hash -r
    libraries=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true)
}

find_missing_packages
[ $((${#needed[@]} + ${#wanted[@]})) = 0 ] || install_packages "${needed[@]}" "${wanted[@]}"
find_missing_packages
missing=("${needed[@]}" "${wanted[@]}")
[ "${#needed[@]}" = 0 ] || stop "please run: sudo apt-get install -y ${missing[*]}"
[ "${#wanted[@]}" = 0 ] || say "the tests that need them are skipped until you run: sudo apt-get install -y ${wanted[*]}"
[ -z "$browser_hint" ] || say "the browser tests are skipped until there is a Chromium: $browser_hint"
if [ "$use" = system ]; then
    # The same browser without windows and menus takes a quarter of the time; where there is none, nothing lacks.
    has_command chromium-headless-shell || install_packages chromium-headless-shell
    exit 0
fi

# --- Virtual environment and locked packages ------------------------------------------------------------------

mkdir -p .venv
# Two makes at once: the second waits, then finds the work done.
if has_command flock; then exec 9>.venv/.set-up-lock && flock 9; fi

log=.venv/.set-up-log
quietly() { "$@" </dev/null >"$log" 2>&1 || { tail -n 20 "$log" >&2; stop "failed: $* (whole output in $log)"; }; }

is_sound() {
    [ "$(cat .venv/.set-up-folder 2>/dev/null || pwd)" = "$(pwd)" ] && is_recent .venv/bin/python \
        && .venv/bin/python -m pip --version >/dev/null 2>&1
}

set_up_packages() {
    local started=$SECONDS
    if ! is_sound; then
        say "virtual environment .venv with $("$python" --version)"
        quietly "$python" -m venv --clear .venv
    fi
    rm -f .venv/.set-up-demo .venv/.set-up-test
    pwd >.venv/.set-up-folder
    say "packages of $lock (about a minute the first time)"
    local pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input --quiet)
    quietly "${pip[@]}" install --require-hashes --retries 5 -r "$lock"
    # setuptools is in the lock, so this asks nobody; editable, so that the code that runs is the code that you read.
    quietly "${pip[@]}" install --no-deps --no-build-isolation --no-index --editable .
    fingerprint "$lock" >".venv/.set-up-$use"
    say "ready after $((SECONDS - started)) s"
}
is_set_up || set_up_packages

# --- Foreign verifiers, for Node ------------------------------------------------------------------------------

# npm compares every package with the digest in the lock; none of their scripts is run.
set_up_node() { (cd $node_folder && npm ci --ignore-scripts --no-audit --no-fund); }
if ! is_node_done; then
    say "foreign verifiers in $node_folder/node_modules"
    if set_up_node </dev/null >"$log" 2>&1; then
        fingerprint $node_folder/package-lock.json >.venv/.set-up-node
    else
        rm -rf $node_folder/node_modules
        cp "$log" .venv/.set-up-node-log
        say "the tests with foreign verifiers are skipped: see .venv/.set-up-node-log"
    fi
fi
if is_foreign_done; then exit 0; fi

# --- Foreign readers ------------------------------------------------------------------------------------------

runs_foreign() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 && makes_venvs "$1"; }

# A name on the PATH may be a shim of pyenv that runs nothing, so its versions are looked at as well.
find_foreign_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.12 python3.13 python3.14 python3 \
        "${PYENV_ROOT:-${HOME:-/nowhere}/.pyenv}"/versions/3.*/bin/python3; do
        if runs_foreign "$candidate"; then echo "$candidate"; return; fi
    done
}

foreign_python=$(find_foreign_python)
if [ -z "$foreign_python" ]; then
    say "the tests with foreign Python readers are skipped: no Python 3.12 or newer (then: rm .venv/.set-up-foreign)"
    fingerprint $foreign_lock >.venv/.set-up-foreign
    exit 0
fi
set_up_foreign() {
    "$foreign_python" -m venv --clear .venv-foreign &&
        .venv-foreign/bin/python -m pip --disable-pip-version-check --no-input --quiet \
            install --require-hashes --retries 5 -r $foreign_lock
}
say "foreign readers in .venv-foreign"
if set_up_foreign </dev/null >"$log" 2>&1; then
    fingerprint $foreign_lock >.venv/.set-up-foreign
else
    # Other people's packages are no reason not to test ours.
    rm -rf .venv-foreign
    say "the tests with foreign Python readers are skipped: see $log"
fi

#!/usr/bin/env bash
# Installs autodiff, at the commit this action was taken from, into an environment of its own, and runs `autodiff test`.
# GitHub sets RUNNER_TEMP and GITHUB_ACTION_PATH; action.yml sets AUTODIFF_FILES, AUTODIFF_SELECT and AUTODIFF_JUNIT.
set -euo pipefail

here=${GITHUB_ACTION_PATH//\\//}
temporary=${RUNNER_TEMP//\\//}

# One environment for each version that a job uses, so that using the action twice installs it once.
environment=$temporary/autodiff-$(printf %s "$here" | cksum | cut -d ' ' -f 1)
programs=$environment/bin
if [ ! -e "$environment/installed" ]; then
    python=$(command -v python3 || command -v python) || { echo '::error::autodiff needs Python: use actions/setup-python before it'; exit 2; }
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "::error::autodiff needs Python 3.11 or newer, and this is $("$python" --version): use actions/setup-python before it"
        exit 2
    }
    "$python" -m venv "$environment"
    [ -d "$programs" ] || programs=$environment/Scripts # Windows
    "$programs/python" -m pip install --quiet --disable-pip-version-check "$here/../../.."
    touch "$environment/installed"
fi
[ -d "$programs" ] || programs=$environment/Scripts

# A pattern that matches nothing would test nothing, and a word that is none is a file, there or not.
shopt -s nullglob
shopt -s globstar 2>/dev/null || true # the bash of macOS has no **
files=()
while IFS= read -r pattern; do
    [ -n "$pattern" ] || continue
    IFS=
    matched=($pattern)
    unset IFS
    if [ "${#matched[@]}" = 0 ]; then
        printf '::error::autodiff: no file matches %s\n' "${pattern//%/%25}"
        exit 2
    fi
    files+=("${matched[@]}")
done <<<"${AUTODIFF_FILES//$'\r'/}"
if [ "${#files[@]}" = 0 ]; then
    echo '::error::autodiff: no files are given'
    exit 2
fi

options=(--report github)
[ -z "${AUTODIFF_SELECT:-}" ] || options+=(-k "$AUTODIFF_SELECT")
[ -z "${AUTODIFF_JUNIT:-}" ] || options+=(--report junit --output "$AUTODIFF_JUNIT")
"$programs/autodiff" test "${options[@]}" -- "${files[@]}"

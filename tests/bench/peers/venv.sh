#!/usr/bin/env bash
# Sourced by the benchmarks. peer_venv NAME REQUIREMENT… makes, once, a virtual environment of that name in the cache
# and prints where its Python is. Peers are never installed by the project's own set-up.
peer_venv() {
    local name=$1 folder
    shift
    folder=${CAMEO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cameo}/peers/$name-$(printf '%s\n' "$@" | sha256sum | cut -c1-10)
    if [[ ! -e $folder/complete ]]; then
        printf 'bench: installing %s\n' "$*" >&2
        rm -rf -- "$folder"
        python3 -m venv "$folder" >&2 && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 || return 1
        touch "$folder/complete"
    fi
    printf '%s\n' "$folder/bin/python"
}

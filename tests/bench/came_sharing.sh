#!/usr/bin/env bash
# What CAME's experts save by sharing layers: k = 0 to all of them shared, against three separate encoders. It has no peer.
#   tests/bench/came_sharing.sh [COLLECTION]     none: debian, which is imported where it is missing
# $BUILD names the build folder (build/release), $WEIGHTS the encoder (the demo's MiniLM), $DOCUMENTS how many are encoded
# (128), $ROUNDS how often each model is timed (5; medians).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
cache=${CAMEO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cameo}
program=$build/tests/bench/cameo_came_sharing_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
[[ $# -gt 0 ]] || "$build/app/cameo" collection info debian >/dev/null 2>&1 || "$build/app/cameo" collection import debian >&2
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
"$program" "$folder" "$(realpath "${WEIGHTS:-$cache/weights/all-minilm-l6-v2}")" "${1:-debian}" "${DOCUMENTS:-128}" "${ROUNDS:-5}"

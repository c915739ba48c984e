#!/usr/bin/env bash
# From the start of `cameo train` to its first recorded step, its steps a second, and `cameo index` of a model whose block
# alone was trained: with nothing kept of what the encoder made of texts, after an index, and with everything kept.
#   tests/bench/training_start.sh [COLLECTION [STEPS]]     none: debian, 60
# $BUILD names the build folder (build/release), $ROUNDS how often each warm figure is taken (5; medians), $FROM the encoder
# (cache:all-minilm-l6-v2). Works in a temporary home with links to the stored collections; it has no peer.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
program=$build/app/cameo
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
collection=${1:-debian}
"$program" collection info "$collection" >/dev/null 2>&1 || "$program" collection import "$collection" >&2
data=${CAMEO_HOME:+$CAMEO_HOME/data}
data=${data:-${XDG_DATA_HOME:-$HOME/.local/share}/cameo}
home=$(mktemp -d "${TMPDIR:-/tmp}/cameo-training-start-XXXXXX")
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/data/indexes"
ln -s "$data/collections" "$home/data/collections"
[[ ! -e $data/indexes/$collection.bm25 ]] || cp "$data/indexes/$collection.bm25" "$home/data/indexes/"
export CAMEO_HOME=$home
unset CAMEO_VECTORS
"$program" model create sbmoe --from "${FROM:-cache:all-minilm-l6-v2}" --name sbmoe-0 >/dev/null
python3 "$bench/training_start.py" "$program" "$bench/../../assets/recipes/demo-sbmoe.json" "$collection" "$home" "${2:-60}" "${ROUNDS:-5}"

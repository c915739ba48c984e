#!/usr/bin/env bash
# An SB-MoE training in the window, from the press of a button to its model in use, with queries asked all the while; its vectors
# are kept from an index that was built before, as they are for whoever has opened the model once.
#   tests/bench/training_window.sh [COLLECTION [MODEL]]     none: debian, came: the model in use, which has its index already
# $BUILD names the build folder (build/release). Works in a temporary home with links to the stored collections and a copy of that
# index; it has no peer.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
program=$(realpath "$build/app/cameo")
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
collection=${1:-debian} model=${2:-came}
data=${CAMEO_HOME:+$CAMEO_HOME/data}
data=${data:-${XDG_DATA_HOME:-$HOME/.local/share}/cameo}
home=$(mktemp -d "${TMPDIR:-/tmp}/cameo-training-window-XXXXXX")
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/data/indexes"
ln -s "$data/collections" "$home/data/collections"
cp -r "$data/indexes/$model--$collection" "$home/data/indexes/"
[[ ! -e $data/indexes/$collection.bm25 ]] || cp "$data/indexes/$collection.bm25" "$home/data/indexes/"
export CAMEO_HOME=$home
unset CAMEO_VECTORS
"$program" model create sbmoe --from "${FROM:-cache:all-minilm-l6-v2}" --name sbmoe-0 >/dev/null
"$program" index --model sbmoe-0 --collection "$collection" >/dev/null
# A first training encodes the queries of its first epoch; the one that is measured is any later one.
"$program" train "$bench/../../assets/recipes/demo-sbmoe.json" --set name=before --set "collection=$collection" --set steps.standardized=70 >/dev/null
exec "$build/tests/bench/cameo_training_window_bench" "$program" "$bench/../../assets/recipes/demo-sbmoe.json" "$collection" "$model"

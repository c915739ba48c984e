#!/usr/bin/env bash
# An SB-MoE training in the window, from the press of a button to its model in use, with queries asked all the while; its vectors
# are kept from an index that was built before, as they are for whoever has opened the model once.
#   tests/bench/training_window.sh [COLLECTION [MODEL]]     none: debian, came: the model in use, which has its index already
# $BUILD names the build folder (build/release). Works in a temporary home with links to the stored collections and a copy of that
# index; it has no peer.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
collection=${1:-debian} model=${2:-came}
source "$bench/training_home.sh"
cp -r "$data/indexes/$model--$collection" "$home/data/indexes/"
"$program" index --model sbmoe-0 --collection "$collection" >/dev/null
# A first training encodes the queries of its first epoch; the one that is measured is any later one.
"$program" train "$bench/../../assets/recipes/demo-sbmoe.json" --set name=before --set "collection=$collection" --set steps.standardized=70 >/dev/null
"$build/tests/bench/cameo_training_window_bench" "$program" "$bench/../../assets/recipes/demo-sbmoe.json" "$collection" "$model"

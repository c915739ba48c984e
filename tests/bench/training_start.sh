#!/usr/bin/env bash
# From the start of `cameo train` to its first recorded step, its steps a second, and `cameo index` of a model whose block
# alone was trained: with nothing kept of what the encoder made of texts, after an index, and with everything kept.
#   tests/bench/training_start.sh [COLLECTION [STEPS]]     none: debian, 60
# $BUILD names the build folder (build/release), $ROUNDS how often each warm figure is taken (5; medians), $FROM the encoder
# (cache:all-minilm-l6-v2). Works in a temporary home with links to the stored collections; it has no peer.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
collection=${1:-debian}
source "$bench/training_home.sh"
python3 "$bench/training_start.py" "$program" "$bench/../../assets/recipes/demo-sbmoe.json" "$collection" "$home" "${2:-60}" "${ROUNDS:-5}"

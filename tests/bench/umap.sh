#!/usr/bin/env bash
# A map of a collection by its neighbours, against umap-learn on the same vectors: time, and trustworthiness of 15 neighbours.
#   tests/bench/umap.sh [MODEL [COLLECTION [EXPERT]]]     came, debian, 2 (the third expert): indexed before
# $BUILD names the build folder (build/release).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/peers/venv.sh"
python=${PEER_PYTHON:-$(peer_venv umap umap-learn==0.5.12)}
program=$build/tests/bench/cameo_umap_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ours=$("$program" "${1:-came}" "${2:-debian}" "${3:-2}" "$folder")
PYTHONDONTWRITEBYTECODE=1 "$python" "$bench/peers/umap_peer.py" "$folder" "$ours"

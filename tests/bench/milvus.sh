#!/usr/bin/env bash
# Loading 3,000 documents into a Milvus server, and searching it, against pymilvus with the same vectors; both take turns on one
# server of their own, Milvus Lite on a loopback port.
#   tests/bench/milvus.sh
# $BUILD names the build folder (build/release), $ROUNDS how often each side is timed (3; the fastest counts).
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$bench/../../build/release}
source "$bench/../../scripts/common.sh"
"$here/scripts/setup.sh" milvus_server
part=$(part_folder milvus_server)
program=$build/tests/bench/cameo_milvus_bench
[[ -x $program ]] || { echo "bench: $program is not built" >&2; exit 1; }
export PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$part/lib exec "$(sed -n 's/.* exec \(.*\) \\$/\1/p' "$part/bin/milvus-lite")" "$bench/peers/milvus_peer.py" "$program" "$part/bin/milvus-lite" "${ROUNDS:-3}"

#!/usr/bin/env bash
# Records the training that the story "The day the gate collapsed" tells: an SB-MoE model whose gate is balanced first, then
# is rewarded for sending everything to one expert, then is balanced again. What it leaves is assets/stories/gate-collapse.
# usage: scripts/record_gate_story.sh FOLDER (not there yet). Needs the demo and a model sbmoe-0 (see assets/models/sbmoe).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cameo=$here/build/release/app/cameo
folder=$1

tell() { for what in "$@"; do "$cameo" train "$folder" --command "set $what"; done; }
step() { python3 -c "
import sqlite3, sys
try: print(sqlite3.connect('file:' + sys.argv[1] + '/training.db?mode=ro', uri=True).execute('SELECT coalesce(max(step), 0) FROM metrics').fetchone()[0])
except sqlite3.Error: print(0)" "$folder"; }
until_step() { while (($(step) < $1)); do kill -0 "$trainer" || exit 1; sleep 0.3; done; }

"$cameo" train "$here/assets/recipes/demo-sbmoe.json" --folder "$folder" --set "name=gate-collapse" \
    --set "steps.standardized=480" --set "validation.every=20" --set "validation.queries=120" --set "checkpoint.every=1000" &
trainer=$!
until_step 120
tell gate.importance=0 gate.bias_rate=0 gate.agreement=1
until_step 170
tell gate.importance=0.6 gate.agreement=0.3 gate.bias_rate=0.003
wait "$trainer"

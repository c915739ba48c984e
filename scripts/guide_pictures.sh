#!/bin/sh
# Makes the pictures of docs/guide.md and of the README anew, from the program itself: the demo's collection indexed by came,
# sbmoe and sbmoe-collapsed has to be there (cameo demo --all; cameo index --model sbmoe --collection debian; …).
# usage: scripts/guide_pictures.sh [PROGRAM]
set -eu
cd "$(dirname "$0")/.."
program=${1:-build/release/app/cameo}
picture() { # NAME options …
    name=$1
    shift
    xvfb-run -a -s '-screen 0 2560x1440x24' "$program" --screenshot "docs/images/$name.png" --size 1280x720 "$@"
}
query='play music in the terminal'
picture ledger --query "$query" --action document.compare
picture terms --query "$query" --action view.Terms
picture alignment --query "$query" --action view.Alignment
picture words --query "$query" --action words.weigh --action view.Words
picture pinned --query "$query" --action pin.setting --action fusion.zscore --action pin.changes --action view.Ledger
picture specialisation --query "$query" --action judged.measure --action view.Specialisation
picture map --query "$query" --action map.lay_out --action view.Map
picture fusion --query "$query" --action judged.measure --action view.Fusion
picture evaluation --query "$query" --action judged.measure --action view.Evaluation
picture competition --query 'portable testing tool for Unix command lines' --action judged.measure --action view.Competition
picture gate --model sbmoe --query "$query" --action gate.read --action view.Gate
picture gate-storm --model sbmoe --query "$query" --action gate.storm --action view.Gate --size 1280x1100
picture gate-collapsed --model sbmoe-collapsed --query "$query" --action gate.read --action view.Gate
kept=$(mktemp -d)
picture session "$kept/finding.cameo" --query "$query" --action bookmark.add --action document.compare --action bookmark.add --action view.Session --action go.leave --action go.leave
picture present --query "$query" --action presentation.start
picture story --action story.1-three-ways-to-match --action bookmark.next
rm -r "$kept"
# Of trainings there have to be demo-sbmoe and demo-sbmoe-collapsed (cameo train assets/recipes/demo-sbmoe.json, …).
picture training --action layout.Train --action training.show.demo-sbmoe --action view.Findings --action view.Training
picture time-machine --action layout.Train --action training.show.demo-sbmoe-collapsed --action 'view.Findings' --action 'view.Time machine'
picture new-training --action layout.Train --action training.recipe.judged --action 'view.New training'

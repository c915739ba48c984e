#!/usr/bin/env bash
# A part whose folder was there counted as set up. A set-up that was killed after the folder had its place and before
# the name `weights` or CUDA's links were made could therefore never be made good again.
set -euo pipefail
export CAMEO_CACHE
CAMEO_CACHE=$(mktemp -d)
trap 'rm -rf "$CAMEO_CACHE"' EXIT
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

expect() { [[ $2 == "$3" ]] || die "$1: found '$2', expected '$3'"; }

weights=$(part_folder weights) cuda=$(part_folder cuda) torch=$(part_folder torch)
mkdir -p "$weights" "$cuda/nvidia/cublas/lib" "$torch"
touch "$cuda/nvidia/cublas/lib/libcublas.so"

for wish in "a killed set-up" "nothing to do"; do
    "$here/scripts/setup.sh" weights cuda
    expect "$wish, weights" "$(realpath "$CAMEO_CACHE/weights")" "$weights"
    expect "$wish, CUDA" "$(realpath "$torch/nvidia/cublas/lib/libcublas.so")" "$cuda/nvidia/cublas/lib/libcublas.so"
done

# Another clone has pointed the name to its own weights.
mkdir "$CAMEO_CACHE/weights-0-other"
ln -sfn weights-0-other "$CAMEO_CACHE/weights"
"$here/scripts/setup.sh" weights
expect "another clone's weights" "$(realpath "$CAMEO_CACHE/weights")" "$weights"

# LibTorch was made again: the links in its folder went with it.
rm -rf "$torch"
mkdir "$torch"
"$here/scripts/setup.sh" cuda
expect "a new LibTorch" "$(realpath "$torch/nvidia/cublas/lib/libcublas.so")" "$cuda/nvidia/cublas/lib/libcublas.so"

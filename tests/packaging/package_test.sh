#!/usr/bin/env bash
# The Debian package, uncompressed: what it depends on, what is in it and with what rights, and that the program runs out of it.
#   package_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

(cd "$build" && cpack -D CPACK_DEBIAN_COMPRESSION_TYPE=none -B "$scratch/made") >"$scratch/log" 2>&1 ||
    die "cpack failed" "$(tail -n 5 "$scratch/log")"
package=$(echo "$scratch"/made/cameo_*_amd64.deb)
[[ -f $package ]] || die "cpack made no package: $(ls "$scratch/made")"

depends=$(dpkg-deb -f "$package" Depends)
for needed in libc6 libglfw3 libgomp1 libsqlite3-0 libgl1 libgrpc++1.51 libprotobuf32 fonts-inter; do
    [[ ", $depends" == *", $needed"[\ ,]* ]] || die "the package does not depend on $needed: $depends"
done
[[ $depends != *-dev* ]] || die "the package depends on what is only needed to build: $depends"

dpkg-deb -c "$package" >"$scratch/contents"
if grep -E -v '^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root ' "$scratch/contents" >"$scratch/odd"; then
    die "not root's, or not to be read by all: $(head -n 1 "$scratch/odd")"
fi
dpkg-deb -x "$package" "$scratch/root"
for file in "$scratch"/root/usr/lib/cameo/torch/lib/*; do
    grep -qF "${file#"$scratch/root/"}" "$scratch/root/usr/share/doc/cameo/copyright" || die "the copyright file says nothing of ${file#"$scratch/root"}"
    file "$file" | grep -q ', stripped' || die "${file#"$scratch/root"} has its symbol tables"
done
for licence in libtorch/LICENSE cuda-runtime/License.txt cupti/License.txt all-minilm-l6-v2/LICENSE splade-tiny/LICENSE faiss.txt imgui.txt implot.txt milvus.txt liblapack-dev.txt; do
    [[ -s $scratch/root/usr/share/doc/cameo/licences/$licence ]] || die "the licence $licence is missing"
done

version=$(dpkg-deb -f "$package" Version)
said=$(env -i HOME="$scratch/home" "$scratch/root/usr/bin/cameo" --version | sed -n 's/^cameo //p')
[[ $said == "$version" ]] || die "the package is version $version, its program says '$said'"

# FAISS, from Debian's source package, compiled for this machine's instruction set (Debian's own binary is SSE2 only).
# Its matrix products are LibTorch's. What LibTorch does not offer of LAPACK goes into libcameo_lapack.a, cut out of
# Debian's reference library with every other symbol hidden: a second BLAS with visible names would take the place of
# LibTorch's own in the whole program.
version=1.7.3

orig=faiss_1.7.3.orig.tar.gz
orig_sha256=3e4fac26d8c9e9008ecea4ae5fc414c658998fce4ba75835058b1a71d3516002

# The system's package lists stay as they are: source lists are fetched into a folder of our own.
fetch_source_package() {
    local lists=$work/apt keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=
    [[ -f $keyring ]] && signed="[signed-by=$keyring] "
    mkdir -p "$lists"/{lists,cache/archives}/partial "$cache/downloads"
    apt-get indextargets --format "deb-src $signed\$(REPO_URI) \$(RELEASE) \$(COMPONENT)|\$(ORIGIN)" 'Created-By: Packages' |
        sed -n -E 's/\|(Debian)?$//p' | sort -u >"$lists/sources.list"
    [[ -s $lists/sources.list ]] || {
        echo "apt knows no Debian archive: run apt-get update, or name your own FAISS (docs/setup.md)"
        return 1
    }
    local options=(-o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache" -o APT::Sandbox::User=root
        -o Acquire::Languages=none -o Acquire::Retries=3)
    apt-get -q "${options[@]}" update || return 1
    local revision
    revision=$(apt-cache "${options[@]}" showsrc faiss | sed -n "s/^Version: \($version-.*\)/\1/p" | sort -V | tail -n 1)
    [[ -n $revision ]] || {
        echo "this system's archive has no FAISS $version: name your own FAISS (docs/setup.md)"
        return 1
    }
    (cd "$lists" && apt-get -q "${options[@]}" source --download-only "faiss=$revision") || return 1
    sha256sum -c <<<"$orig_sha256  $lists/$orig" && mv "$lists/$orig" "$cache/downloads/"
}

# needs: what FAISS calls and LibTorch does not export.
make_lapack() {
    local needs=(dgesvd_ dgetri_ dsyev_ sgesvd_ sgetri_ ssyrk_) libraries=/usr/lib/x86_64-linux-gnu
    ld -r -o "$work/lapack.o" "${needs[@]/#/--undefined=}" "$libraries/lapack/liblapack.a" "$libraries/blas/libblas.a" &&
        objcopy "${needs[@]/#/--keep-global-symbol=}" "$work/lapack.o" &&
        ar rcs "$1/lib/libcameo_lapack.a" "$work/lapack.o"
}

make_part() {
    sha256sum --status -c <<<"$orig_sha256  $cache/downloads/$orig" 2>/dev/null ||
        quietly "fetching Debian's source package" fetch_source_package
    local level target=faiss
    level=$(instruction_set)
    [[ $level == avx2 ]] && target=faiss_avx2
    quietly "unpacking" tar -xzf "$cache/downloads/$orig" -C "$work"
    quietly "configuring" cmake -S "$work/faiss-1.7.3" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DFAISS_ENABLE_GPU=OFF -DFAISS_ENABLE_PYTHON=OFF -DFAISS_OPT_LEVEL="$level" -DBUILD_TESTING=OFF \
        -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_PREFIX="$1"
    quietly "compiling for $level (minutes)" cmake --build "$work/build" --target "$target"
    mkdir -p "$1/lib" "$1/licences"
    cp "$work/build/faiss/lib$target.a" "$1/lib/libfaiss.a"
    (cd "$work/faiss-1.7.3" && find faiss -name '*.h' -not -path 'faiss/gpu/*' -not -path 'faiss/python/*' \
        -exec install -D -m 644 {} "$1/include/{}" \;)
    cp "$work/faiss-1.7.3/LICENSE" "$1/licences/faiss.txt"
    quietly "cutting out LAPACK" make_lapack "$1"
}

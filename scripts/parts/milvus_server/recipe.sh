# A server of Milvus' protocol for the tests and the benchmark of core/milvus, never for Cameo itself: Milvus Lite, with the
# Python packages that it needs beside it. bin/milvus-lite runs it: milvus-lite server --data-dir D --host H --port P.
# Not part of a plain set-up: ./cameo test and ./cameo bench bring it in, and where it is missing its tests are skipped.
version=3.2.2

install_packages() {
    PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 "$1" -m pip install --no-deps --no-cache-dir --disable-pip-version-check \
        --only-binary=:all: --require-hashes -r "$here/scripts/parts/milvus_server/requirements.txt" --target "$2"
}

make_part() {
    local python
    python=$(pip_command)
    "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
        die "milvus_server: the pinned packages are for Python 3.11, and $python is another"
    quietly "installing Milvus Lite" install_packages "$python" "$1/lib"
    mkdir "$1/bin"
    cat >"$1/bin/milvus-lite" <<SH
#!/bin/sh
PYTHONPATH=\$(dirname "\$(dirname "\$(realpath "\$0")")")/lib exec $(realpath "$("$python" -c 'import sys; print(sys.executable)')") \\
    -c 'import sys; from milvus_lite.cmdline import main; sys.exit(main())' "\$@"
SH
    chmod +x "$1/bin/milvus-lite"
    find "$1/lib" -type d -name tests -prune -exec rm -rf {} +
    rm -rf "$1/lib/pyarrow/include" "$1/lib/bin"
}

# The protocol that Milvus speaks, as C++ over Debian's gRPC. The definitions come from the descriptors in pymilvus' wheel,
# which are read as data; of its hundred calls those that core/milvus makes are kept, since all of them together are
# compiled for minutes and these for half of one.
version=3.0.2

calls=(GetVersion HasCollection DescribeCollection CreateCollection DropCollection LoadCollection GetLoadState
    CreateIndex Flush Insert Upsert Delete Query Search HybridSearch .milvus.proto.common.PlaceholderGroup)

# generate FOLDER: FOLDER/NAME.pb.cc and the service's stubs
generate() {
    local files plugin
    plugin=$(command -v grpc_cpp_plugin) || {
        echo "grpc_cpp_plugin is missing; on Debian: apt-get install protobuf-compiler-grpc"
        return 1
    }
    files=$(python3 "$here/scripts/parts/milvus/service_descriptors.py" "$1/milvus.pb" "$work/pymilvus/grpc_gen" "${calls[@]}") &&
        (cd "$1" && protoc --descriptor_set_in=milvus.pb --cpp_out=. $files &&
            protoc --descriptor_set_in=milvus.pb --grpc_out=. --plugin=protoc-gen-grpc="$plugin" milvus.proto)
}

# compile FOLDER TO: whoever calls this waits for the network, so that -O1 is enough.
compile() {
    (cd "$1" && printf '%s\n' *.cc | xargs -P "$(nproc)" -I{} g++ -std=c++20 -O1 -fPIC -I. -c {} -o {}.o) && ar rcs "$2" "$1"/*.o
}

make_part() {
    fetch wheel pymilvus==3.0.2 pymilvus-3.0.2-py3-none-any.whl \
        0ec7ca3a7d24d2ce13b2610c577f0978b08f461176222ea4dc1440375efc1cea
    quietly "unpacking" unzip -q "$cache/downloads/pymilvus-3.0.2-py3-none-any.whl" 'pymilvus/grpc_gen/*_pb2.py' '*.dist-info/*' -d "$work"
    mkdir -p "$1"/{include,lib,licences} "$work/protocol"
    quietly "generating C++" generate "$work/protocol"
    quietly "compiling" compile "$work/protocol" "$1/lib/libcameo_milvus_protocol.a"
    cp "$work"/protocol/*.h "$1/include/"
    cp "$work/pymilvus-3.0.2.dist-info/licenses/LICENSE" "$1/licences/milvus.txt"
}

# The protocol of Milvus over gRPC: the target cameo::milvus_protocol. Milvus_SERVER is where the program is that
# serves it to tests (scripts/parts/milvus_server), if set-up was asked for it.
#
# Own one: -DMilvus_ROOT=PREFIX or CMAKE_PREFIX_PATH, with what protoc and grpc_cpp_plugin make of common.proto, schema.proto
# and milvus.proto in PREFIX/include and compiled into PREFIX/lib/libcameo_milvus_protocol.a, for the system's gRPC.
include(CameoParts)
include(FindPackageHandleStandardArgs)

cameo_part_folder(milvus _part Milvus_INCLUDE_DIR Milvus_LIBRARY)
find_path(Milvus_INCLUDE_DIR milvus.grpc.pb.h HINTS "${_part}/include")
find_library(Milvus_LIBRARY cameo_milvus_protocol HINTS "${Milvus_INCLUDE_DIR}/../lib")
foreach(_name IN ITEMS grpc++ grpc gpr protobuf absl_synchronization)
  string(MAKE_C_IDENTIFIER "${_name}" _variable)
  find_library(Milvus_${_variable}_LIBRARY ${_name})
endforeach()
# Looked for when a test runs: it may come after the configuration.
cameo_part_folder(milvus_server _server)
set(Milvus_SERVER "${_server}/bin/milvus-lite")

find_package_handle_standard_args(Milvus
  REQUIRED_VARS Milvus_LIBRARY Milvus_INCLUDE_DIR Milvus_grpc___LIBRARY Milvus_grpc_LIBRARY Milvus_gpr_LIBRARY Milvus_protobuf_LIBRARY
    Milvus_absl_synchronization_LIBRARY
  REASON_FAILURE_MESSAGE "run ./cameo setup, or name your own with -DMilvus_ROOT=PREFIX (docs/setup.md)")

if(Milvus_FOUND AND NOT TARGET cameo::milvus_protocol)
  add_library(cameo::milvus_protocol UNKNOWN IMPORTED GLOBAL)
  set_target_properties(cameo::milvus_protocol PROPERTIES IMPORTED_LOCATION "${Milvus_LIBRARY}")
  # As the system's: what is generated is not ours to warn about.
  target_include_directories(cameo::milvus_protocol SYSTEM INTERFACE "${Milvus_INCLUDE_DIR}")
  target_link_libraries(cameo::milvus_protocol INTERFACE "${Milvus_grpc___LIBRARY}" "${Milvus_grpc_LIBRARY}" "${Milvus_gpr_LIBRARY}"
    "${Milvus_protobuf_LIBRARY}" "${Milvus_absl_synchronization_LIBRARY}")
endif()

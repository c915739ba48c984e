# The targets of the house are made here and nowhere else, so that language level, warnings and sanitizer
# are the same for all of them.
include_guard(GLOBAL)

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_package(Threads REQUIRED)

# A faster linker where there is one: LibTorch makes GNU ld take its time.
find_program(CAMEO_LINKER NAMES ld.mold ld.lld)
mark_as_advanced(CAMEO_LINKER)
if(CAMEO_LINKER MATCHES "ld\\.(mold|lld)$")
  add_link_options(-fuse-ld=${CMAKE_MATCH_1})
endif()

add_library(cameo_options INTERFACE)
target_compile_features(cameo_options INTERFACE cxx_std_20)
target_include_directories(cameo_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(cameo_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)
target_link_libraries(cameo_options INTERFACE Threads::Threads)
if(CAMEO_WERROR)
  target_compile_options(cameo_options INTERFACE -Werror)
endif()
if(CAMEO_SANITIZER)
  target_compile_options(cameo_options INTERFACE -fsanitize=${CAMEO_SANITIZER} -fno-omit-frame-pointer)
  target_link_options(cameo_options INTERFACE -fsanitize=${CAMEO_SANITIZER})
  if(CAMEO_SANITIZER STREQUAL "undefined")
    # By itself this one prints what it finds and goes on, so that a test passes in spite of it.
    target_compile_options(cameo_options INTERFACE -fno-sanitize-recover=all)
  endif()
endif()

# cameo_precompiled(NAME headers … [LINK targets …] [OPTIONS …]): one precompiled header that several targets share, and
# the compiler's options that they share with it.
function(cameo_precompiled name)
  cmake_parse_arguments(arg "" "" "LINK;OPTIONS" ${ARGN})
  add_library(${name} OBJECT "${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp")
  target_link_libraries(${name} PRIVATE cameo_options ${arg_LINK})
  target_compile_options(${name} PRIVATE ${arg_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${arg_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES cameo_shared_options "${arg_OPTIONS}")
endfunction()

set(cameo_often_included <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <mutex> <optional> <span> <string>
  <string_view> <thread> <unordered_map> <vector>)
cameo_precompiled(cameo_precompiled_core ${cameo_often_included})
# For what has no loop that anybody waits for: the compiler is waited for in every first build.
cameo_precompiled(cameo_precompiled_quick ${cameo_often_included} OPTIONS "$<$<CONFIG:Release>:-O1>")

# cameo_library(NAME SOURCES … [TENSORS sources …] [PUBLIC targets …] [PRIVATE targets …] [PRECOMPILED target]
#               [PRECOMPILE headers …] [APART])
# TENSORS: sources that read LibTorch's headers, which take seconds: they share cameo_precompiled_torch.
# PRECOMPILED: the header of cameo_precompiled() that SOURCES share, cameo_precompiled_core unless named.
# PRECOMPILE: the target's own precompiled header instead.
# APART: each source is compiled by itself, also where CAMEO_TOGETHER is on.
function(cameo_library name)
  cmake_parse_arguments(arg "APART" "PRECOMPILED" "SOURCES;TENSORS;PUBLIC;PRIVATE;PRECOMPILE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC cameo_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  set(parts ${name})
  if(arg_TENSORS)
    add_library(${name}_tensors OBJECT ${arg_TENSORS})
    target_link_libraries(${name}_tensors PRIVATE cameo_options ${arg_PUBLIC} ${arg_PRIVATE})
    get_target_property(options cameo_precompiled_torch cameo_shared_options)
    target_compile_options(${name}_tensors PRIVATE ${options})
    target_precompile_headers(${name}_tensors REUSE_FROM cameo_precompiled_torch)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:${name}_tensors>)
    list(APPEND parts ${name}_tensors)
  endif()
  if(CAMEO_TOGETHER AND NOT arg_APART)
    set_target_properties(${parts} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILE})
    return()
  endif()
  if(NOT arg_PRECOMPILED)
    set(arg_PRECOMPILED cameo_precompiled_core)
  endif()
  get_target_property(options ${arg_PRECOMPILED} cameo_shared_options)
  target_compile_options(${name} PRIVATE ${options})
  target_precompile_headers(${name} REUSE_FROM ${arg_PRECOMPILED})
endfunction()

# cameo_test(NAME SOURCES … LINK targets … [LABELS labels …])
# One test program for a folder; each TEST is a case of its own in CTest. LABELS defaults to unit.
function(cameo_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LABELS" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  if(NOT TARGET cameo_precompiled_test)
    cameo_precompiled(cameo_precompiled_test <gmock/gmock.h> <gtest/gtest.h> <filesystem> <fstream> <map> <random>
      LINK GTest::gmock GTest::gtest_main OPTIONS -O1)
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE cameo_options ${arg_LINK} GTest::gmock GTest::gtest_main)
  # What is tested is optimised; the tests themselves are compiled more often than they run.
  target_compile_options(${name} PRIVATE -O1)
  target_precompile_headers(${name} REUSE_FROM cameo_precompiled_test)
  target_compile_definitions(${name} PRIVATE CAMEO_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  # Tests run beside each other; threads that spin while they wait would take each other's processors.
  set(environment ENVIRONMENT "OMP_WAIT_POLICY=passive")
  if(CAMEO_SANITIZER STREQUAL "thread")
    # GCC's OpenMP runtime, which LibTorch and FAISS use, is not instrumented: the thread sanitizer does not see its
    # barriers and calls every parallel loop of theirs a race. Our own threads are not OpenMP's.
    set(environment ENVIRONMENT "OMP_WAIT_POLICY=passive;OMP_NUM_THREADS=1")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${arg_LABELS}" ${environment})
endfunction()

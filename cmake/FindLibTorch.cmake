# LibTorch for the CPU: the target cameo::torch, which links torch_cpu and c10 and nothing of CUDA. (LibTorch's own
# CMake package wants a CUDA toolkit as soon as the libraries were built with CUDA.) libtorch_cuda.so lies beside
# libtorch_cpu.so where LibTorch has it; the program loads it at run time by that name, through its own run path.
#
# Own LibTorch (at least 2.4, C++11 ABI): -DLibTorch_ROOT=/opt/libtorch or CMAKE_PREFIX_PATH.
include(CameoParts)
include(FindPackageHandleStandardArgs)

cameo_part_folder(torch _part LibTorch_INCLUDE_DIR LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY)
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS "${_part}/torch/include")
set(LibTorch_API_INCLUDE_DIR "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
foreach(_name IN ITEMS torch_cpu c10)
  find_library(LibTorch_${_name}_LIBRARY ${_name} HINTS "${LibTorch_INCLUDE_DIR}/../lib")
endforeach()

set(LibTorch_VERSION "")
foreach(_file IN ITEMS torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(NOT LibTorch_VERSION AND EXISTS "${LibTorch_INCLUDE_DIR}/${_file}")
    file(STRINGS "${LibTorch_INCLUDE_DIR}/${_file}" _lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    if(_lines)
      list(TRANSFORM _lines REPLACE "^.* ([0-9]+).*$" "\\1")
      list(JOIN _lines "." LibTorch_VERSION)
    endif()
  endif()
endforeach()

if(LibTorch_VERSION AND LibTorch_VERSION VERSION_LESS 2.4)
  set(_reason "LibTorch ${LibTorch_VERSION} in ${LibTorch_INCLUDE_DIR} is too old: 2.4 is the least")
  set(LibTorch_INCLUDE_DIR LibTorch_INCLUDE_DIR-NOTFOUND)
else()
  set(_reason "run ./cameo setup, or name your own with -DLibTorch_ROOT=FOLDER (docs/setup.md)")
endif()
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "${_reason}")

if(LibTorch_FOUND AND NOT TARGET cameo::torch)
  foreach(_name IN ITEMS torch_cpu c10)
    add_library(cameo::${_name} SHARED IMPORTED GLOBAL)
    set_target_properties(cameo::${_name} PROPERTIES IMPORTED_LOCATION "${LibTorch_${_name}_LIBRARY}")
  endforeach()
  add_library(cameo::torch INTERFACE IMPORTED GLOBAL)
  target_include_directories(cameo::torch INTERFACE "${LibTorch_API_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}")
  target_link_libraries(cameo::torch INTERFACE cameo::torch_cpu cameo::c10)
  # torch_cpu's own dependencies, needed to link against it but not by us.
  cmake_path(GET LibTorch_torch_cpu_LIBRARY PARENT_PATH _libraries)
  target_link_options(cameo::torch INTERFACE
    "LINKER:-rpath-link,${_libraries}" "LINKER:-rpath-link,${_libraries}/../../nvidia/cu13/lib")
endif()

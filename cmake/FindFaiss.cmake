# FAISS: the target cameo::faiss.
#
# Own FAISS (at least 1.7.3): -DFaiss_ROOT=PREFIX or CMAKE_PREFIX_PATH. The one that set-up builds takes its matrix
# products from LibTorch and brings the rest of LAPACK along; any other needs a BLAS and a LAPACK on the system.
# Faiss_INSTRUCTIONS is the instruction set that set-up compiled it for: avx2 or generic; empty for any other.
include(CameoParts)
include(FindPackageHandleStandardArgs)
find_package(LibTorch REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)

cameo_part_folder(faiss _part Faiss_INCLUDE_DIR Faiss_LIBRARY)
find_path(Faiss_INCLUDE_DIR faiss/Index.h HINTS "${_part}/include")
find_library(Faiss_LIBRARY NAMES faiss_avx512 faiss_avx2 faiss HINTS "${Faiss_INCLUDE_DIR}/../lib")

set(Faiss_INSTRUCTIONS "")
string(FIND "${Faiss_LIBRARY}" "${_part}/" _place)
if(_place EQUAL 0)
  cameo_instruction_set(Faiss_INSTRUCTIONS)
endif()

set(Faiss_VERSION "")
if(EXISTS "${Faiss_INCLUDE_DIR}/faiss/Index.h")
  file(STRINGS "${Faiss_INCLUDE_DIR}/faiss/Index.h" _lines REGEX "^#define FAISS_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
  list(TRANSFORM _lines REPLACE "^.* ([0-9]+).*$" "\\1")
  list(JOIN _lines "." Faiss_VERSION)
endif()

if(Faiss_VERSION AND Faiss_VERSION VERSION_LESS 1.7.3)
  set(_reason "FAISS ${Faiss_VERSION} in ${Faiss_INCLUDE_DIR} is too old: 1.7.3 is the least")
  set(Faiss_INCLUDE_DIR Faiss_INCLUDE_DIR-NOTFOUND)
else()
  set(_reason "run ./cameo setup, or name your own with -DFaiss_ROOT=PREFIX (docs/setup.md)")
endif()
find_package_handle_standard_args(Faiss
  REQUIRED_VARS Faiss_LIBRARY Faiss_INCLUDE_DIR
  VERSION_VAR Faiss_VERSION
  REASON_FAILURE_MESSAGE "${_reason}")

if(Faiss_FOUND AND NOT TARGET cameo::faiss)
  add_library(cameo::faiss UNKNOWN IMPORTED GLOBAL)
  set_target_properties(cameo::faiss PROPERTIES IMPORTED_LOCATION "${Faiss_LIBRARY}")
  target_include_directories(cameo::faiss INTERFACE "${Faiss_INCLUDE_DIR}")
  target_link_libraries(cameo::faiss INTERFACE OpenMP::OpenMP_CXX)
  if(EXISTS "${Faiss_INCLUDE_DIR}/../lib/libcameo_lapack.a")
    find_library(Faiss_GFORTRAN_LIBRARY NAMES gfortran libgfortran.so.5 REQUIRED)
    target_link_libraries(cameo::faiss INTERFACE "${Faiss_INCLUDE_DIR}/../lib/libcameo_lapack.a" cameo::torch
      "${Faiss_GFORTRAN_LIBRARY}")
  else()
    find_package(LAPACK REQUIRED)
    # LibTorch first: where both offer a product, LibTorch's own must not be replaced.
    target_link_libraries(cameo::faiss INTERFACE cameo::torch LAPACK::LAPACK BLAS::BLAS)
  endif()
endif()

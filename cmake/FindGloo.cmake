# Gloo's headers: the target cameo::gloo, for c10d's process groups. The code is in LibTorch, which leaves the headers out;
# no library of gloo is linked.
#
# Own headers: -DGloo_ROOT=PREFIX or CMAKE_PREFIX_PATH.
include(FindPackageHandleStandardArgs)

find_path(Gloo_INCLUDE_DIR gloo/rendezvous/store.h)
find_package_handle_standard_args(Gloo
  REQUIRED_VARS Gloo_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "its headers are in Debian's libgloo-dev: run ./cameo setup, or name your own with -DGloo_ROOT=PREFIX (docs/setup.md)")

if(Gloo_FOUND AND NOT TARGET cameo::gloo)
  add_library(cameo::gloo INTERFACE IMPORTED GLOBAL)
  target_include_directories(cameo::gloo INTERFACE "${Gloo_INCLUDE_DIR}")
  target_compile_definitions(cameo::gloo INTERFACE USE_C10D_GLOO) # what c10d's own headers ask for
endif()

# NCCL's and CUDA's headers: the target cameo::nccl, for c10d's process group between GPUs. They come with the part `cuda`,
# where a driver is. Nothing of them is linked: the code is in libtorch_cuda.so, which is loaded at run time.
include(FindPackageHandleStandardArgs)
find_package(LibTorch REQUIRED)

cmake_path(SET _nvidia NORMALIZE "${LibTorch_INCLUDE_DIR}/../../nvidia")
find_path(Nccl_INCLUDE_DIR nccl.h HINTS "${_nvidia}/nccl/include")
find_path(Nccl_CUDA_INCLUDE_DIR cuda_runtime_api.h HINTS "${_nvidia}/cu13/include" "${_nvidia}/cu12/include")
find_package_handle_standard_args(Nccl
  REQUIRED_VARS Nccl_INCLUDE_DIR Nccl_CUDA_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "several processes with a GPU each will add up their gradients through gloo")

if(Nccl_FOUND AND NOT TARGET cameo::nccl)
  add_library(cameo::nccl INTERFACE IMPORTED GLOBAL)
  target_include_directories(cameo::nccl INTERFACE "${Nccl_INCLUDE_DIR}" "${Nccl_CUDA_INCLUDE_DIR}")
  target_compile_definitions(cameo::nccl INTERFACE USE_C10D_NCCL)
endif()

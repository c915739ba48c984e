// A module of its own, built where NCCL's header is: what it needs of libtorch_cuda.so is there only once that is loaded.

#include "core/train/nccl_group.hpp"

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

extern "C" void cameo_make_nccl_group(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                      std::chrono::milliseconds patience, c10::intrusive_ptr<c10d::Backend>& group) {
    const auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = patience;
    group = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

#pragma once

#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

// Private to core: shows c10d.

namespace cameo {

/// The GPU that this process trains on, as nobody else on any machine names another one. Empty: none, or there is no NCCL
/// to go with it.
std::string gpu_with_nccl();

/// c10d's process group over NCCL. All processes call it. @pre none has an empty gpu_with_nccl(), and no two the same
c10::intrusive_ptr<c10d::Backend> make_nccl_group(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                                  std::chrono::milliseconds patience);

} // namespace cameo

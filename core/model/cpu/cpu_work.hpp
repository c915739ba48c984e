#pragma once

#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/team.hpp"

#include <functional>

namespace cameo {

/// The kernels, run by one thread or by a team: the same sums in the same order either way.
struct CpuWork {
    const CpuKernels& kernels;
    Team* team = nullptr;

    /// y = act(x W^T + b). @param x [rows, k], rows `x_stride` apart   @param y [rows, n], rows `y_stride` apart
    void linear(const PackedMatrix& w, const float* x, std::size_t x_stride, std::size_t rows, float* y,
                std::size_t y_stride, Activation activation = Activation::None) const;

    void each(int tasks, const std::function<void(int task_idx)>& task) const;

    /// Cuts `items` into a few parts for each thread, or leaves them whole.
    void parts(std::size_t items, const std::function<void(std::size_t first, std::size_t count)>& part) const;
};

} // namespace cameo

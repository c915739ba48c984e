#include "core/model/cpu/cpu_work.hpp"

#include <algorithm>

namespace cameo {

void CpuWork::each(int tasks, const std::function<void(int)>& task) const {
    if (team && team->threads() > 1 && tasks > 1)
        return team->run(tasks, [&](int task_idx, int) { task(task_idx); });
    for (int task_idx = 0; task_idx < tasks; ++task_idx)
        task(task_idx);
}

void CpuWork::parts(std::size_t items, const std::function<void(std::size_t, std::size_t)>& part) const {
    const std::size_t threads = team ? std::size_t(team->threads()) : 1;
    if (threads == 1 || items < 2)
        return part(0, items);
    const std::size_t count = std::min(items, 2 * threads);
    each(int(count), [&](int idx) {
        const std::size_t first = items * std::size_t(idx) / count, last = items * (std::size_t(idx) + 1) / count;
        part(first, last - first);
    });
}

void CpuWork::linear(const PackedMatrix& w, const float* x, std::size_t x_stride, std::size_t rows, float* y,
                     std::size_t y_stride, Activation activation) const {
    parts(w.panels(), [&](std::size_t first, std::size_t panels) {
        const std::size_t column = first * kPanel;
        kernels.gemm({.a = x, .lda = x_stride, .m = rows, .k = w.k, .b = w.panel(first), .panels = panels,
                      .bias = w.bias.data() + column, .c = y + column, .ldc = y_stride,
                      .n = std::min(w.n - column, panels * kPanel), .activation = activation});
    });
}

} // namespace cameo

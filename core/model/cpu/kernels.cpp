#include "core/model/cpu/kernels.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace cameo {

PackedMatrix pack(std::span<const float> weight, std::span<const float> bias, std::size_t n, std::size_t k) {
    check(weight.size() == n * k && (bias.empty() || bias.size() == n), "a packed matrix's sizes do not fit");
    PackedMatrix packed{n, k, {}, {}};
    packed.data.assign(packed.panels() * k * kPanel, 0.0f);
    packed.bias.assign(packed.panels() * kPanel, 0.0f);
    std::copy(bias.begin(), bias.end(), packed.bias.begin());
    for (std::size_t column = 0; column < n; ++column) {
        float* to = packed.data.data() + column / kPanel * k * kPanel + column % kPanel;
        for (std::size_t i = 0; i < k; ++i)
            to[i * kPanel] = weight[column * k + i];
    }
    return packed;
}

const CpuKernels& cpu_kernels() {
    static const CpuKernels& chosen = []() -> const CpuKernels& {
        const char* wanted = std::getenv("CAMEO_ISA");
        const std::string_view isa = wanted ? wanted : "";
        if (isa == "portable")
            return portable_kernels();
        if (const auto* wide = avx512_kernels(); wide && isa != "avx2")
            return *wide;
        if (const auto* wide = avx2_kernels())
            return *wide;
        return portable_kernels();
    }();
    return chosen;
}

} // namespace cameo

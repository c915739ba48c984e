#include "core/model/cpu/cpu_moe.hpp"

#include "core/model/cpu/cpu_layers.hpp"
#include "core/model/moe/moe_gate.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

/// out = up(relu(down(x))) over rows.
std::vector<float> two_layers(const PackedMatrix& down, const PackedMatrix& up, const std::vector<float>& x,
                              std::size_t count, const CpuWork& work) {
    std::vector<float> inner(count * down.n), out(count * up.n);
    work.linear(down, x.data(), down.k, count, inner.data(), down.n, Activation::Relu);
    work.linear(up, inner.data(), up.k, count, out.data(), up.n);
    return out;
}

std::vector<float> scaled(std::vector<float> rows, double scale) {
    if (scale != 1)
        for (float& x : rows)
            x *= float(scale);
    return rows;
}

/// 1 / max(|x|, epsilon)
float inverse_length(const float* x, std::size_t width, double epsilon) {
    double squares = 0;
    for (std::size_t c = 0; c < width; ++c)
        squares += double(x[c]) * x[c];
    return float(1 / std::max(std::sqrt(squares), epsilon));
}

} // namespace

CpuMoe::CpuMoe(const MoeHead& head)
    : m_spec(head.spec), m_forced(head.forced), m_gate_1(pack_linear(head.weights.gate_1)),
      m_gate_2(pack_linear(head.weights.gate_2)) {
    if (head.weights.noise) m_noise = pack_linear(*head.weights.noise);
    if (head.weights.bias)
        m_bias.assign(head.weights.bias->values().begin(), head.weights.bias->values().end());
    for (const auto& expert : head.weights.experts)
        m_experts.push_back({pack_linear(expert.down), pack_linear(expert.up)});
}

std::vector<float> CpuMoe::run(std::vector<float>& rows, std::size_t count, const CpuWork& work) const {
    const std::size_t h = m_gate_1.k, n = m_experts.size();
    const auto logits = two_layers(m_gate_1, m_gate_2, scaled(rows, m_spec.gate_scale), count, work);
    std::vector<float> weights(count * n, 0.0f);
    for (std::size_t row = 0; row < count; ++row) {
        if (m_forced >= 0)
            weights[row * n + std::size_t(m_forced)] = 1;
        else
            std::ranges::copy(moe_weights(m_spec, std::span(logits).subspan(row * n, n), m_bias), weights.begin() + std::ptrdiff_t(row * n));
    }
    std::vector<float> sum(count * h, 0.0f);
    for (std::size_t expert = 0; expert < n; ++expert) {
        bool wanted = false;
        for (std::size_t row = 0; row < count; ++row)
            wanted |= weights[row * n + expert] > 0;
        if (!wanted)
            continue;
        const auto out = two_layers(m_experts[expert].down, m_experts[expert].up, rows, count, work);
        for (std::size_t row = 0; row < count; ++row) {
            float weight = weights[row * n + expert];
            if (weight == 0)
                continue;
            if (m_spec.form == MoeForm::Corrected)
                weight *= inverse_length(out.data() + row * h, h, kMoeEpsilon);
            for (std::size_t c = 0; c < h; ++c)
                sum[row * h + c] += weight * out[row * h + c];
        }
    }
    for (std::size_t row = 0; row < count; ++row) {
        const float scale =
            m_spec.form == MoeForm::Reference ? inverse_length(sum.data() + row * h, h, kMoeEpsilon) : 1.0f;
        float* x = rows.data() + row * h;
        for (std::size_t c = 0; c < h; ++c)
            x[c] += scale * sum[row * h + c];
        if (m_spec.normalise) {
            const float unit = inverse_length(x, h, 1e-12);
            for (std::size_t c = 0; c < h; ++c)
                x[c] *= unit;
        }
    }
    return logits;
}

std::vector<float> CpuMoe::with_logits(std::vector<float> rows, std::size_t count, const CpuWork& work) const {
    const auto logits = run(rows, count, work);
    const std::size_t h = m_gate_1.k, n = m_experts.size();
    std::vector<float> both(count * (h + n));
    for (std::size_t row = 0; row < count; ++row) {
        float* to = both.data() + row * (h + n);
        std::copy_n(rows.data() + row * h, h, to);
        std::copy_n(logits.data() + row * n, n, to + h);
    }
    return both;
}

std::vector<float> CpuMoe::outputs(const std::vector<float>& rows, std::size_t count, const CpuWork& work) const {
    const std::size_t h = m_gate_1.k, n = m_experts.size();
    std::vector<float> all(count * n * h);
    for (std::size_t expert = 0; expert < n; ++expert) {
        const auto out = two_layers(m_experts[expert].down, m_experts[expert].up, rows, count, work);
        for (std::size_t row = 0; row < count; ++row)
            std::copy_n(out.data() + row * h, h, all.data() + (row * n + expert) * h);
    }
    return all;
}

std::vector<float> CpuMoe::deviations(const std::vector<float>& rows, std::size_t count, const CpuWork& work) const {
    if (!m_noise)
        return {};
    const auto in = scaled(rows, m_spec.gate_scale);
    std::vector<float> out(count * m_noise->n);
    work.linear(*m_noise, in.data(), m_noise->k, count, out.data(), m_noise->n);
    for (float& value : out)
        value = value > 20 ? value : std::log1p(std::exp(value)); // as torch.nn.functional.softplus has it
    return out;
}

} // namespace cameo

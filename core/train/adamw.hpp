#pragma once

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Parameters that are trained at the same rate.
struct ParameterGroup {
    std::string name; ///< "layers", "heads", "gate": what gradient norms are reported by
    double rate = 1e-4;
    double decay = 0; ///< decoupled, as a share of the rate
    NamedTensors parameters; ///< leaves that require gradients
};

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2) with beta 0.9 and 0.999 and eps 1e-8, as
/// torch.optim.AdamW; the arithmetic is ATen's fused kernel. One thread.
class AdamW {
public:
    explicit AdamW(std::vector<ParameterGroup> groups);

    /// Euclidean norm of each group's gradient; 0 where nothing has one.
    std::vector<double> gradient_norms() const;
    /// Euclidean norm of all of them.
    double gradient_norm() const;
    /// Scales all gradients so that their common norm is at most `most`; a `most` of 0 leaves them
    /// (torch.nn.utils.clip_grad_norm_).   @param norm of all gradients now
    void clip(double most, double norm);
    double clip(double most) { const double norm = gradient_norm(); clip(most, norm); return norm; }
    /// @param factor multiplies each group's rate: warm-up and decay
    void step(double factor);
    void forget_gradients();

    std::vector<ParameterGroup>& groups() { return m_groups; }
    const std::vector<ParameterGroup>& groups() const { return m_groups; }

    /// The moments and step counts under names made of the parameters', to be saved; the tensors are the optimiser's own.
    NamedTensors state() const;
    /// Copies from what state() gave. @throws Error(InvalidInput) naming what is missing or has another shape.
    void load_state(const NamedTensors& state);

private:
    struct Moments {
        std::vector<at::Tensor> first, second, steps;
    };
    std::vector<ParameterGroup> m_groups;
    std::vector<Moments> m_moments; ///< parallel to m_groups, parallel to their parameters
};

} // namespace cameo

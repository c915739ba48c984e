#include "core/train/adamw.hpp"

#include "core/base/error.hpp"
#include "core/model/weights/weights_file.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

double squared_norm(const NamedTensors& parameters) {
    double sum = 0;
    for (const auto& [name, parameter] : parameters)
        if (const auto& gradient = parameter.grad(); gradient.defined()) {
            const double norm = at::linalg_vector_norm(gradient).item<double>(); // in one pass, without a copy
            sum += norm * norm;
        }
    return sum;
}

} // namespace

AdamW::AdamW(std::vector<ParameterGroup> groups) : m_groups(std::move(groups)) {
    for (const auto& group : m_groups) {
        Moments moments;
        for (const auto& [name, parameter] : group.parameters) {
            check(parameter.is_leaf() && parameter.requires_grad(), "AdamW: " + name + " is not to be trained");
            moments.first.push_back(at::zeros_like(parameter.detach()));
            moments.second.push_back(at::zeros_like(parameter.detach()));
            moments.steps.push_back(at::zeros({}, parameter.options().requires_grad(false).dtype(at::kFloat)));
        }
        m_moments.push_back(std::move(moments));
    }
}

std::vector<double> AdamW::gradient_norms() const {
    std::vector<double> norms;
    for (const auto& group : m_groups)
        norms.push_back(std::sqrt(squared_norm(group.parameters)));
    return norms;
}

double AdamW::gradient_norm() const {
    double squares = 0;
    for (const auto& group : m_groups)
        squares += squared_norm(group.parameters);
    return std::sqrt(squares);
}

void AdamW::clip(double most, double norm) {
    const double scale = most / (norm + 1e-6);
    if (most > 0 && scale < 1) {
        const at::NoGradGuard no_gradients;
        for (auto& group : m_groups)
            for (auto& [name, parameter] : group.parameters)
                if (parameter.grad().defined())
                    parameter.mutable_grad().mul_(scale);
    }
}

void AdamW::step(double factor) {
    const at::NoGradGuard no_gradients;
    for (std::size_t at = 0; at < m_groups.size(); ++at) {
        const auto& group = m_groups[at];
        auto& moments = m_moments[at];
        // Only those that a gradient has reached, as torch.optim skips the others.
        std::vector<at::Tensor> parameters, gradients, first, second, steps;
        for (std::size_t i = 0; i < group.parameters.size(); ++i) {
            const auto& parameter = group.parameters[i].second;
            if (!parameter.grad().defined())
                continue;
            parameters.push_back(parameter);
            gradients.push_back(parameter.grad());
            first.push_back(moments.first[i]);
            second.push_back(moments.second[i]);
            moments.steps[i].add_(1);
            steps.push_back(moments.steps[i]);
        }
        if (!parameters.empty())
            at::_fused_adamw_(parameters, gradients, first, second, {}, steps, group.rate * factor, kBeta1, kBeta2,
                              group.decay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false);
    }
}

void AdamW::forget_gradients() {
    for (auto& group : m_groups)
        for (auto& [name, parameter] : group.parameters)
            parameter.mutable_grad() = at::Tensor();
}

NamedTensors AdamW::state() const {
    NamedTensors state;
    for (std::size_t at = 0; at < m_groups.size(); ++at)
        for (std::size_t i = 0; i < m_groups[at].parameters.size(); ++i) {
            const auto& name = m_groups[at].parameters[i].first;
            state.emplace_back(name + ".first_moment", m_moments[at].first[i]);
            state.emplace_back(name + ".second_moment", m_moments[at].second[i]);
            state.emplace_back(name + ".steps", m_moments[at].steps[i]);
        }
    return state;
}

void AdamW::load_state(const NamedTensors& state) {
    const at::NoGradGuard no_gradients;
    for (auto& [name, own] : this->state()) {
        const auto found = std::ranges::find(state, name, &NamedTensors::value_type::first);
        if (found == state.end())
            throw Error(ErrorKind::InvalidInput, "the optimiser's state lacks " + name);
        if (found->second.sizes() != own.sizes())
            throw Error(ErrorKind::InvalidInput, "the optimiser's state: " + name + " has the shape " +
                                                     shape_text(found->second.sizes().vec()) + ", expected " +
                                                     shape_text(own.sizes().vec()));
        own.copy_(found->second);
    }
}

} // namespace cameo

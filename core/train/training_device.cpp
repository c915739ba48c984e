#include "core/train/training_device.hpp"

#include "core/model/aten/device_choice.hpp"
#include "core/train/processes.hpp"

#include <ATen/autocast_mode.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <algorithm>

namespace cameo {

c10::Device training_device() {
    if (!choose_device().cuda)
        return c10::Device(c10::kCPU);
    // Several processes of a machine take a GPU each; when there are fewer, they share them.
    const auto gpus = std::max<std::int64_t>(at::detail::getCUDAHooks().deviceCount(), 1);
    return c10::Device(c10::kCUDA, c10::DeviceIndex(ProcessPlace::in_environment().local_rank % gpus));
}

HalfPrecision::HalfPrecision(const std::string& precision, const c10::Device& device, std::int64_t hidden)
    : m_device(device.type()), m_before(at::autocast::is_autocast_enabled(device.type())) {
    if (precision != "mixed" || choose_device().documents_in(hidden) == Precision::Fp32)
        return;
    at::autocast::set_autocast_dtype(m_device, at::kBFloat16);
    at::autocast::set_autocast_enabled(m_device, true);
    at::autocast::increment_nesting();
}

HalfPrecision::~HalfPrecision() {
    if (!at::autocast::is_autocast_enabled(m_device) || m_before)
        return;
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache(); // the weights in half precision: they change with the next step
    at::autocast::set_autocast_enabled(m_device, m_before);
}

} // namespace cameo

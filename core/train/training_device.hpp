#pragma once

#include <c10/core/Device.h>
#include <cstdint>
#include <string>

// Private to core: shows ATen.

namespace cameo {

/// Where trainings compute: the GPU of choose_device(), or of several the one of this process; else the processor.
c10::Device training_device();

/// While it lives, products on that device are computed in bf16, if the recipe says "mixed" and the device is fast at it:
/// ATen's autocast, which leaves weights, sums and norms in float32. One thread.
class HalfPrecision {
public:
    /// @param hidden H of the encoder: narrow ones stay in float32 (device_choice.hpp)
    HalfPrecision(const std::string& precision, const c10::Device& device, std::int64_t hidden);
    ~HalfPrecision();
    HalfPrecision(const HalfPrecision&) = delete;
    HalfPrecision& operator=(const HalfPrecision&) = delete;

private:
    c10::DeviceType m_device;
    bool m_before = false;
};

} // namespace cameo

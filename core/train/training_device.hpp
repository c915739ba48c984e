#pragma once

#include <c10/core/Device.h>
#include <string>

// Private to core: shows ATen.

namespace cameo {

/// Where trainings compute: the GPU of choose_device(), else the processor.
c10::Device training_device();

/// While it lives, products on that device are computed in half precision if the recipe says so: ATen's autocast, which
/// leaves weights, sums and norms in float32. One thread.
class HalfPrecision {
public:
    HalfPrecision(const std::string& precision, const c10::Device& device);
    ~HalfPrecision();
    HalfPrecision(const HalfPrecision&) = delete;
    HalfPrecision& operator=(const HalfPrecision&) = delete;

private:
    c10::DeviceType m_device;
    bool m_before = false;
};

} // namespace cameo

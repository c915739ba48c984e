#include "core/base/random_id.hpp"

#include <array>
#include <cstdio>
#include <random>

namespace cameo {

std::string random_id() {
    std::random_device random;
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%08x%08x%08x%08x", random(), random(), random(), random());
    return text.data();
}

} // namespace cameo

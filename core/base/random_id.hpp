#pragma once

#include <string>

namespace cameo {

/// 128 random bits in hex: what is named so on two machines can be brought together. Thread-safe.
std::string random_id();

} // namespace cameo

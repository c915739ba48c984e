#pragma once

#include <string>

namespace cameo {

/// Its name in the network, as files say it that several machines may share. Empty where it has none. Thread-safe.
std::string this_machine();

} // namespace cameo

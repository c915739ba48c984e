#include "core/base/this_machine.hpp"

#include <unistd.h>

namespace cameo {

std::string this_machine() {
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    return name;
}

} // namespace cameo

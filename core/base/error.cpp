#include "core/base/error.hpp"

#include <cstdio>
#include <cstdlib>

namespace cameo::detail {

void check_failed(std::string_view message) {
#ifdef NDEBUG
    throw InternalError(std::string(message));
#else
    std::fprintf(stderr, "cameo: broken invariant: %.*s\n", static_cast<int>(message.size()), message.data());
    std::abort();
#endif
}

} // namespace cameo::detail

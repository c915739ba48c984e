#pragma once

#include "core/base/error.hpp"

#include <c10/util/Exception.h>
#include <new>
#include <string>

// Private to core: shows c10.

namespace cameo {

/// Runs a part of a training; what LibTorch, a device or the allocator fails with becomes an Error(Environment) in one sentence.
template <class Part>
auto plainly(const Part& part) {
    const auto fail = [](const std::string& why) { throw Error(ErrorKind::Environment, why); };
    constexpr const char* kLess = "a larger batch.accumulate, or a batch.chunk, takes less of it";
    try {
        return part();
    } catch (const c10::OutOfMemoryError&) {
        fail(std::string("the device has not enough memory: ") + kLess);
    } catch (const c10::Error& error) {
        fail(std::string("the device failed: ") + error.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        fail(std::string("there is not enough memory: ") + kLess);
    }
    throw InternalError("plainly: unreachable");
}

} // namespace cameo

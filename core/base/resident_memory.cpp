#include "core/base/resident_memory.hpp"

#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace cameo {

std::int64_t resident_memory() {
    std::int64_t pages = 0, resident = 0;
    std::ifstream statm("/proc/self/statm");
    statm >> pages >> resident;
    return statm ? resident * std::int64_t(::sysconf(_SC_PAGESIZE)) : 0;
}

std::int64_t peak_memory() {
    constexpr std::int64_t kKib = 1024;
    ::rusage usage{};
    return ::getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss * kKib : 0;
}

} // namespace cameo

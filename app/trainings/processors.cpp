#include "app/trainings/processors.hpp"

#include <algorithm>
#include <sched.h>

namespace cameo {

int usable_processors() {
    cpu_set_t set;
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

int polite_threads() { return std::max(1, usable_processors() - 1); }

bool keep_to(int threads) {
    cpu_set_t set;
    if (threads < 1 || ::sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) <= threads) return false;
    for (int processor = 0; processor < CPU_SETSIZE && CPU_COUNT(&set) > threads; ++processor) CPU_CLR(processor, &set);
    return ::sched_setaffinity(0, sizeof set, &set) == 0;
}

} // namespace cameo

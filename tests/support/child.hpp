#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cameo {

/// Waits for a child that ends with _exit. @return whether that was with 0
inline bool succeeded(pid_t child) {
    int status = 1;
    ::waitpid(child, &status, 0);
    return status == 0;
}

/// Runs `work` in a child as a user who is not root, where tests run as root. @return whether it returned
/// true.
template <typename Work>
bool as_nobody(const Work& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
        ::_exit(work() ? 0 : 1);
    }
    return succeeded(child);
}

} // namespace cameo

#pragma once

#include "core/jobs/progress.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace cameo {

/// Whether an address is this machine's own and reached by nobody else: 127.0.0.1, localhost, ::1. The machine's name is none,
/// though it may stand for 127.0.1.1 on that machine itself: others know it by another address.
bool is_loopback(const std::string& address);

/// A bound socket for a server, on the loopback interface only where the address is there. @return its descriptor, the
/// caller's   @throws Error(Environment): a port that is taken, or that needs rights.
int listening_socket(const std::string& address, std::uint16_t port);

/// The two ends of a connection, as numeric addresses.
struct Route {
    std::string here, there;
};

/// Returns once somebody listens there. @throws Error(Environment) when nobody does in time; Cancelled.
Route wait_for_listener(const std::string& address, std::uint16_t port, std::chrono::milliseconds patience, Progress& progress);

} // namespace cameo

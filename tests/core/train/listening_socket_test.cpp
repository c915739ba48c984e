#include "core/train/listening_socket.hpp"

#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace cameo {
namespace {

TEST(ListeningSocket, AMachinesNameIsNoLoopbackAddress) {
    for (const char* own : {"127.0.0.1", "127.0.1.1", "::1", "localhost"}) EXPECT_TRUE(is_loopback(own)) << own;
    char name[256] = "";
    ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
    for (const char* other : {"192.0.2.7", "fd00::2", ""}) EXPECT_FALSE(is_loopback(other)) << other;
    EXPECT_EQ(is_loopback(name), name == std::string("localhost")) << name;
}

TEST(ListeningSocket, ConnectionsSayByWhichAddressesTheyGo) {
    constexpr std::uint16_t kPort = 29'617;
    const int listening = listening_socket("127.0.0.1", kPort);
    Progress progress;
    const auto route = wait_for_listener("127.0.0.1", kPort, std::chrono::milliseconds(5000), progress);
    EXPECT_EQ(route.here, "127.0.0.1");
    EXPECT_EQ(route.there, "127.0.0.1");
    ::close(listening);
}

} // namespace
} // namespace cameo

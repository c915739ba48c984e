#include "app/window_place.hpp"

#include <array>
#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(WindowPlace, ComesBackFromASession) {
    const WindowPlace place{-20, 40, 1500, 800, true};
    EXPECT_EQ(window_place_from(to_text(place)), place);
    for (const char* text : {"", "1 2 3", "0 0 10 10 0", "a b c d e", "0 0 1000 1000 0 0", "0 0 99999999999 5 0", "0 0 -5 800 0"})
        EXPECT_FALSE(window_place_from(text)) << text;
}

TEST(WindowPlace, IsOnAMonitorThatIsThere) {
    const std::array<WorkArea, 2> two{{{0, 30, 1920, 1050}, {1920, 0, 1280, 1024}}};
    EXPECT_EQ(fitted({100, 100, 1440, 900}, two), (WindowPlace{100, 100, 1440, 900}));
    EXPECT_EQ(fitted({2000, 50, 1440, 900}, two), (WindowPlace{1920, 50, 1280, 900}));
    EXPECT_EQ(fitted({9000, 9000, 3000, 2000, true}, two), (WindowPlace{0, 30, 1920, 1050, true}));
    EXPECT_EQ(fitted({5, 5, 900, 700}, {}), (WindowPlace{5, 5, 900, 700}));
}

// The first window was 1440 x 900 on every monitor: a postage stamp on a dense one, and larger than a small one.
TEST(WindowPlace, FirstFollowsTheMonitor) {
    EXPECT_EQ(first_place({0, 0, 3840, 2100}, 2), (WindowPlace{480, 150, 2880, 1800}));
    EXPECT_EQ(first_place({0, 28, 1280, 692}, 1), (WindowPlace{0, 28, 1280, 692}));
    EXPECT_EQ(first_place({0, 0, 1920, 1080}, 1), (WindowPlace{240, 90, 1440, 900}));
}

} // namespace
} // namespace cameo

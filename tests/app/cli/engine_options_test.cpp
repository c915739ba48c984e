#include "app/cli/verbs.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cameo {
namespace {

// A model that ran out of GPU memory went on with the processor and said so in its remark, which no verb
// printed.
TEST(DeviceTrouble, IsToldWhenItCameWhileAVerbEncoded) {
    const auto told = [](const std::string& before, const std::string& after) {
        std::ostringstream err;
        tell_device_trouble({.remark = before}, {.remark = after}, err);
        return err.str();
    };
    EXPECT_EQ(told("", ""), "");
    EXPECT_EQ(told("no driver was found", "no driver was found"), "");
    EXPECT_EQ(told("", "out of GPU memory: the processor took over"),
              "out of GPU memory: the processor took over\n");
}

} // namespace
} // namespace cameo

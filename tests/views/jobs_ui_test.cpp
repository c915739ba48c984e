#include "tests/views/scene.hpp"
#include "views/jobs_view.hpp"

#include <gtest/gtest.h>
#include <string>

namespace cameo {
namespace {

TEST(Jobs, CancelForgetAndCopy) {
    Scene<JobsView> scene;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$1/Cancel");
        ctx->ItemClick("**/$$4/Copy message");
        ctx->ItemClick("**/$$5/Forget");
    }));
    ASSERT_NE(scene.last<CancelJob>(), nullptr);
    EXPECT_EQ(scene.last<CancelJob>()->id, 1U);
    ASSERT_NE(scene.last<CopyText>(), nullptr);
    EXPECT_NE(scene.last<CopyText>()->text.find("connection was reset"), std::string::npos);
    ASSERT_NE(scene.last<ForgetJob>(), nullptr);
    EXPECT_EQ(scene.last<ForgetJob>()->id, 5U);
}

} // namespace
} // namespace cameo

#include "core/train/plain_errors.hpp"
#include "tests/support/said.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PlainErrors, AreOneSentenceOfOurs) {
    const auto mismatch = [] { return plainly([] { return at::ones({2, 3}).matmul(at::ones({2, 3})); }); };
    EXPECT_THAT(error_of(mismatch), testing::AllOf(HasSubstr("the device failed: "), Not(HasSubstr("Exception raised from"))));
    EXPECT_THAT(error_of([] { plainly([]() -> int { throw std::bad_alloc(); }); }), HasSubstr("not enough memory: a larger batch.accumulate"));
    EXPECT_THAT(error_of([] { plainly([]() -> int { throw Error(ErrorKind::NotFound, "as it is"); }); }), HasSubstr("as it is"));
    EXPECT_EQ(plainly([] { return 7; }), 7);
}

} // namespace
} // namespace cameo

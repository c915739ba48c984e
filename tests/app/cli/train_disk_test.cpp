#include "tests/app/cli/train_fixtures.hpp"

namespace cameo {
namespace {

using testing::HasSubstr;

class TrainDisk : public TrainHome {};

// A limit on the length of files stands for a full disk.
TEST_F(TrainDisk, AFullRecordEndsATrainingThatGoesOnWithTheSameBits) {
    const std::vector<std::string> what{"train", recipe(), "--set", "name=full"};
    ASSERT_EQ(cameo(what).code, 0);
    const auto whole = m_scratch / "whole/full";
    std::filesystem::create_directories(whole.parent_path());
    std::filesystem::rename(folder("full"), whole);

    const auto handler = ::signal(SIGXFSZ, SIG_IGN); // the program inherits it
    auto training = start(what);
    ::signal(SIGXFSZ, handler);
    const auto log = folder("full") / "training.db-wal";
    const auto size = [&] {
        std::error_code none;
        const auto bytes = std::filesystem::file_size(log, none);
        return none ? 0 : bytes;
    };
    constexpr std::uintmax_t kSome = 150'000; // some steps; more than any other file of it has
    ASSERT_TRUE(training.wait_for([&] { return size() > kSome; })) << training.wait().err;
    training.limit_files(size() + 3000);
    const auto answer = training.wait();
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.err, HasSubstr("cameo: " + (folder("full") / "training.db").string() + ": "));
    EXPECT_EQ(answer.out, "");
    EXPECT_FALSE(has(folder("full"), [](const auto& name) { return name.starts_with('.') || name.find(".tmp") != name.npos; }));
    EXPECT_FALSE(names_in(folder("full") / "checkpoints").empty());

    const auto again = cameo(what);
    ASSERT_EQ(again.code, 0) << again.err;
    expect_same(folder("full"), whole);
}

} // namespace
} // namespace cameo

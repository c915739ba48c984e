#include "app/action_steps.hpp"

#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <thread>

namespace cameo {
namespace {

using testing::HasSubstr;

// A table was written and flushed to the disk between two frames, which waited for it.
TEST(ExportTable, WritesItsFileInAJob) {
    const TemporaryFolder folder;
    const auto file = folder / "table.csv";
    std::atomic<bool> answered = false, open = false;
    std::atomic<int> held = 0;
    FakeSources fakes;
    AppStage stage{fakes.sources(), {}, 1280, 720, [&](const FileQuestion&, Progress&) {
                       answered = true;
                       return std::optional(file);
                   }};
    App& app = stage.app();
    for (int thread = 0; thread < 2; ++thread)
        app.jobs().submit({.name = "Hold a thread"},
                          [&](JobContext& job) {
                              for (++held; !open; std::this_thread::sleep_for(std::chrono::milliseconds(1))) job.check_cancelled();
                          },
                          [](const JobOutcome<std::monostate>&) {});
    ASSERT_TRUE(stage.wait_until([&] { return held == 2; }));
    ViewTable table{.title = "Terms", .columns = {"term"}};
    table.rows.emplace_back().emplace_back("music");
    export_table(app, {.table = std::make_shared<const ViewTable>(table), .format = TableFormat::Csv, .to_file = true});
    ASSERT_TRUE(stage.wait_until([&] { return answered.load(); })) << "the dialog waits for nobody";
    std::this_thread::sleep_for(std::chrono::milliseconds(50)); // for its answer
    stage.frames(3);
    EXPECT_FALSE(std::filesystem::exists(file));
    open = true;
    ASSERT_TRUE(stage.wait_until([&] { return std::ranges::any_of(app.notices().notices(), [&](const Notice& notice) { return notice.sentence == "Saved " + file.string() + "."; }); }));
    std::ifstream in(file);
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), HasSubstr("music"));
}

} // namespace
} // namespace cameo

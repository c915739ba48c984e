#include "app/session/session_keeper.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A copy that could not be written, asked for just before the window was closed, took with it all that was to be written
// behind it: judgments, notes, and the state itself.
TEST(SessionKeeper, WritesAtTheEndWhatCanBeWritten) {
    const TemporaryFolder folder;
    const auto file = folder / "own.cameo";
    const SessionJudgment judgment{.collection = "c", .query = "q", .query_id = "", .document = "d", .grade = 2, .at_ms = 5};
    JobManager jobs({}, 0); // who has no threads does not come to write anything
    NoticeBoard notices;
    SessionState state;
    state.query = "play music";
    testing::internal::CaptureStderr();
    {
        SessionKeeper keeper(jobs, notices);
        keeper.open(file);
        keeper.copy_to(folder / "removed disk/copy.cameo", true, {});
        keeper.change_judgments({.set = {judgment}, .removed = {}});
        keeper.flush(state);
    }
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("removed disk"));
    const auto kept = Session::open(file, SessionAccess::ReadOnly);
    EXPECT_THAT(kept->judgments(), ElementsAre(judgment));
    EXPECT_EQ(kept->state().query, "play music");
    EXPECT_EQ(OpenMark::take_left(file), std::nullopt) << "it was closed properly";
}

} // namespace
} // namespace cameo

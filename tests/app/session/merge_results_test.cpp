#include "app/session/merge_results.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::Field;

TraceEntry entry(int number) { return {.id = "t" + std::to_string(number), .created_ms = 1000 + number, .query = "q", .model = "m", .collection = "c", .bytes = 0}; }
void ask(Session& session, int number) {
    session.add_trace(entry(number), "trace " + std::to_string(number));
    session.add_history({.at_ms = 1000 + number, .query = "q", .model = "m", .collection = "c", .trace_id = entry(number).id});
}

struct Merging : testing::Test {
    TemporaryFolder folder;
    std::unique_ptr<Session> ours = Session::open_or_create(folder / "ours.cameo"), theirs = Session::open_or_create(folder / "theirs.cameo");
    Progress progress;
};

TEST_F(Merging, AddsWhatIsNewAndTwiceIsOnce) {
    ask(*ours, 1), ask(*ours, 2);
    ask(*theirs, 2), ask(*theirs, 3);
    theirs->add_history({.at_ms = 5000, .query = "q", .model = "m", .collection = "c", .trace_id = "t2"}); // asked again
    EXPECT_EQ(merge_results(*ours, *theirs, progress), 1u);
    EXPECT_THAT(ours->traces(0, 10), ElementsAre(Field(&TraceEntry::id, "t3"), Field(&TraceEntry::id, "t2"), Field(&TraceEntry::id, "t1")));
    EXPECT_EQ(*ours->trace("t3"), "trace 3");
    EXPECT_THAT(ours->history(0, 10), ElementsAre(Field(&HistoryEntry::at_ms, 5000), Field(&HistoryEntry::at_ms, 1003), Field(&HistoryEntry::at_ms, 1002), Field(&HistoryEntry::at_ms, 1001)));
    EXPECT_EQ(merge_results(*ours, *theirs, progress), 0u);
    EXPECT_EQ(ours->history(0, 10).size(), 4u);
    EXPECT_EQ(theirs->trace_count(), 2u);
}

TEST_F(Merging, GoesOnAfterItWasStopped) {
    for (int number = 0; number < 30; ++number) ask(*theirs, number);
    struct Stops : Progress {
        explicit Stops(std::stop_source source) : Progress(source.get_token()), m_source(std::move(source)) {}
        std::stop_source m_source;
        void begin(std::string, Unit, std::optional<std::int64_t>, std::int64_t) override { m_source.request_stop(); }
    } stops{std::stop_source()};
    EXPECT_THROW(merge_results(*ours, *theirs, stops), Cancelled);
    const std::size_t taken = ours->trace_count();
    EXPECT_LT(taken, 30u);
    EXPECT_EQ(merge_results(*ours, *theirs, progress), 30 - taken);
    EXPECT_EQ(ours->history(0, 100).size(), 30u);
}

} // namespace
} // namespace cameo

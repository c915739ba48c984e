#include "app/tour/needs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

namespace cameo {
namespace {

using testing::HasSubstr;

Snapshot searchable() {
    Snapshot now;
    now.workbench.phase = Phase::Ready;
    now.workbench.model = "came";
    now.workbench.collection = "debian";
    now.workbench.index = IndexInfo{};
    now.workbench.index->documents = now.workbench.index->expected = 9;
    return now;
}

Snapshot answered() {
    Snapshot now = searchable();
    Trace trace;
    trace.query = "music";
    trace.documents.resize(1);
    trace.documents[0].id = "moc";
    trace.fused = {{.document = 0, .score = 1, .used = {1}}};
    now.trace = std::make_shared<const Trace>(std::move(trace));
    now.query_phase = Phase::Ready;
    now.selection.document = "moc";
    return now;
}

TEST(TourNeeds, AreMetByWhatIsThere) {
    EXPECT_FALSE(tour_hindrance(TourNeed::Nothing, {}, ""));
    EXPECT_FALSE(tour_hindrance(TourNeed::Search, searchable(), ""));
    EXPECT_FALSE(tour_hindrance(TourNeed::Result, answered(), ""));
    Snapshot recorded = answered(); // of a session whose model is not here
    recorded.workbench = {};
    EXPECT_FALSE(tour_hindrance(TourNeed::Search, recorded, ""));
    EXPECT_FALSE(tour_hindrance(TourNeed::Result, recorded, ""));
    Snapshot opened = answered();
    Ledger ledger;
    ledger.id = "moc";
    opened.ledger = std::make_shared<const Ledger>(std::move(ledger));
    opened.ledger_phase = Phase::Ready;
    EXPECT_FALSE(tour_hindrance(TourNeed::Document, opened, ""));
}

TEST(TourNeeds, SayWhatIsMissingAndWhatToDo) {
    const auto nothing = tour_hindrance(TourNeed::Result, {}, "");
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing->passes);
    EXPECT_TRUE(nothing->leaves);
    EXPECT_EQ(nothing->button, "Set up the demo");
    Snapshot broken;
    broken.workbench.phase = Phase::Failed;
    broken.workbench.error = "came: damaged";
    EXPECT_THAT(tour_hindrance(TourNeed::Search, broken, "")->sentence, HasSubstr("came: damaged"));
    Snapshot unread = searchable();
    unread.workbench.index.reset();
    const auto index = tour_hindrance(TourNeed::Search, unread, "");
    ASSERT_TRUE(index && index->command);
    EXPECT_TRUE(std::holds_alternative<BuildIndex>(*index->command));
    EXPECT_FALSE(index->leaves);
    Snapshot failed = searchable();
    failed.query_phase = Phase::Failed;
    failed.query_error = "no memory";
    const auto again = tour_hindrance(TourNeed::Result, failed, "music");
    EXPECT_THAT(again->sentence, HasSubstr("no memory"));
    EXPECT_EQ(std::get<RunQuery>(*again->command).text, "music");
    EXPECT_THAT(tour_hindrance(TourNeed::Result, searchable(), "")->sentence, HasSubstr("press Enter"));
    Snapshot empty = answered();
    empty.trace = std::make_shared<const Trace>();
    EXPECT_THAT(tour_hindrance(TourNeed::Result, empty, "music")->sentence, HasSubstr("Nothing was found"));
    Snapshot torn = answered();
    torn.ledger_phase = Phase::Failed;
    torn.ledger_error = "gone";
    EXPECT_THAT(tour_hindrance(TourNeed::Document, torn, "")->sentence, HasSubstr("gone"));
}

TEST(TourNeeds, WaitForWhatIsUnderWay) {
    Snapshot opening = searchable();
    opening.workbench.phase = Phase::Loading;
    Snapshot building = searchable();
    building.workbench.index.reset();
    building.workbench.building = true;
    Snapshot asking = answered();
    asking.query_phase = Phase::Loading;
    asking.running_query = "sound";
    Snapshot taking_apart = answered();
    taking_apart.ledger_phase = Phase::Loading;
    for (const Snapshot* now : {&opening, &building, &asking, &taking_apart}) {
        const auto hindrance = tour_hindrance(TourNeed::Document, *now, "music");
        ASSERT_TRUE(hindrance);
        EXPECT_TRUE(hindrance->passes) << hindrance->sentence;
        EXPECT_TRUE(hindrance->button.empty());
    }
}

TEST(TourQuery, IsTheDemosOrTheOneOnScreenOrTheFirstThereIs) {
    Snapshot now = searchable();
    EXPECT_EQ(tour_query(now), "");
    now.workbench.samples = {{"edit sound", "", ""}};
    EXPECT_EQ(tour_query(now), "edit sound");
    now.trace = answered().trace;
    EXPECT_EQ(tour_query(now), "music");
    now.workbench.samples.push_back({"play music in the terminal", "", ""});
    EXPECT_EQ(tour_query(now), "play music in the terminal");
}

} // namespace
} // namespace cameo

#include "app/session/edit_history.hpp"
#include "app/session/selection_history.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

using namespace std::chrono_literals;
using Edits = EditHistory<int>;
const Edits::Clock::time_point kStart{};

TEST(EditHistory, WalksBackAndForth) {
    Edits edits(0);
    EXPECT_FALSE(edits.can_undo());
    edits.record(1, "Fusion", kStart);
    edits.record(2, "Layout", kStart);
    EXPECT_EQ(edits.undo_label(), "Layout");
    EXPECT_EQ(edits.undo(), 1);
    EXPECT_EQ(edits.redo_label(), "Layout");
    EXPECT_EQ(edits.undo(), 0);
    EXPECT_FALSE(edits.can_undo());
    EXPECT_EQ(edits.redo(), 1);
    EXPECT_EQ(edits.redo(), 2);
    EXPECT_FALSE(edits.can_redo());
}

TEST(EditHistory, RecordsChangesOnly) {
    Edits edits(0);
    edits.record(0, "Nothing", kStart);
    EXPECT_FALSE(edits.can_undo());
}

TEST(EditHistory, AGestureIsOneStep) {
    Edits edits(0);
    for (int frame = 1; frame <= 50; ++frame) edits.record(frame, "Weights", kStart + frame * 16ms);
    EXPECT_EQ(edits.undo(), 0);
    edits.record(7, "Weights", kStart + 60 * 16ms);
    edits.record(8, "Weights", kStart + 60 * 16ms + 5s);
    EXPECT_EQ(edits.undo(), 7) << "five seconds later is another gesture";
}

TEST(EditHistory, AClosedStepStandsForItself) {
    Edits edits(0);
    edits.record(1, "Note", kStart + 10s);
    edits.close_step();
    edits.record(2, "Note", kStart + 10s + 1ms);
    EXPECT_EQ(edits.undo(), 1);
}

TEST(EditHistory, ANewChangeForgetsWhatWasTakenBack) {
    Edits edits(0);
    edits.record(1, "a", kStart);
    edits.record(2, "b", kStart);
    edits.undo();
    edits.record(3, "c", kStart);
    EXPECT_FALSE(edits.can_redo());
    EXPECT_EQ(edits.undo(), 1);
}

TEST(EditHistory, WhatChangesByItselfIsNoStep) {
    Edits edits(0);
    edits.record(1, "a", kStart);
    edits.amend(5);
    EXPECT_EQ(edits.undo(), 0);
    EXPECT_EQ(edits.redo(), 5);
}

TEST(EditHistory, IsBounded) {
    Edits edits(0);
    for (int step = 1; step <= 3000; ++step) edits.record(step, std::to_string(step), kStart);
    int steps = 0;
    for (; edits.can_undo(); ++steps) edits.undo();
    EXPECT_EQ(steps, 1999);
}

std::shared_ptr<const Trace> trace(const std::string& id) {
    auto made = std::make_shared<Trace>();
    made->id = id;
    return made;
}

TEST(SelectionHistory, WalksOverDocumentsAndQueries) {
    SelectionHistory places;
    const auto first = trace("1"), second = trace("2");
    places.visit({first, "a"});
    places.visit({first, "b"});
    places.visit({second, "c"});
    EXPECT_FALSE(places.can_go_forward());
    EXPECT_EQ(places.back().document, "b");
    EXPECT_EQ(places.back().document, "a");
    EXPECT_FALSE(places.can_go_back());
    EXPECT_EQ(places.forward().document, "b");
    EXPECT_EQ(places.forward().trace, second);
}

TEST(SelectionHistory, TheSamePlaceUnderAnotherFusionIsTheSamePlace) {
    SelectionHistory places;
    places.visit({trace("1"), "a"});
    places.visit({trace("1"), "a"});
    EXPECT_FALSE(places.can_go_back());
    places.visit({nullptr, "a"});
    EXPECT_FALSE(places.can_go_back());
}

TEST(SelectionHistory, GoingElsewhereForgetsWhatWasAhead) {
    SelectionHistory places;
    const auto only = trace("1");
    for (const char* document : {"a", "b", "c"}) places.visit({only, document});
    places.back();
    places.back();
    places.visit({only, "d"});
    EXPECT_FALSE(places.can_go_forward());
    EXPECT_EQ(places.back().document, "a");
}

} // namespace
} // namespace cameo

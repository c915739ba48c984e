#include "app/session/saved_settings.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(SavedSettings, ComeBackAsTheyWere) {
    Settings settings;
    settings.appearance = Appearance::Light;
    settings.ui_scale = 1.375f;
    settings.reduce_motion = true;
    const auto back = settings_from(saved_settings(settings));
    EXPECT_EQ(back.appearance, Appearance::Light);
    EXPECT_EQ(back.ui_scale, 1.375f);
    EXPECT_TRUE(back.reduce_motion);
}

TEST(SavedSettings, WhatAFileSaysWronglyIsTheDefault) {
    for (const char* scale : {"", "large", "nan", "inf", "1e99999", "-"}) {
        const auto settings = settings_from({{"ui_scale", scale}, {"theme", "plaid"}});
        EXPECT_GE(settings.ui_scale, 0.75f) << scale;
        EXPECT_LE(settings.ui_scale, 3.0f) << scale;
        EXPECT_EQ(settings.appearance, Appearance::Dark);
    }
    EXPECT_EQ(settings_from({{"ui_scale", "1000"}}).ui_scale, 3.0f);
    EXPECT_EQ(settings_from({{"ui_scale", "-2"}}).ui_scale, 0.75f);
}

TEST(SavedSettings, KeepUserLayoutsAndRecents) {
    SavedSettings saved;
    const UserLayouts layouts{{"Two screens", {"[Docking]\n", {"Jobs", "Query bench"}}}, {"b", {"x", {}}}};
    save_user_layouts(layouts, saved);
    save_recents({"layout.reset", "query.play music"}, saved);
    save_closed("Jobs", saved);
    EXPECT_EQ(user_layouts_from(saved), layouts);
    EXPECT_EQ(recents_from(saved), (std::vector<std::string>{"layout.reset", "query.play music"}));
    EXPECT_TRUE(is_closed(saved, "Jobs"));
    EXPECT_FALSE(is_closed(saved, "Document"));
    EXPECT_TRUE(recents_from({}).empty());
}

TEST(SavedSettings, KeepSlicesInTheirOrder) {
    SavedSettings saved;
    std::vector<OwnSlice> slices{{.name = "scripts", .words = "python|perl"}, {.name = "picked", .ids = {"q1", "q2"}}};
    for (int more = 0; more < 12; ++more) slices.push_back({.name = "slice " + std::to_string(more), .words = "a b"});
    save_own_slices(slices, saved);
    EXPECT_EQ(own_slices_from(saved), slices);
    saved["slice.scripts"] = "half of one";
    EXPECT_EQ(own_slices_from(saved).size(), slices.size() - 1);
    EXPECT_TRUE(own_slices_from({}).empty());
}

TEST(SavedSettings, KeepSlicesOfOneName) {
    SavedSettings saved;
    const std::vector<OwnSlice> slices{{.name = "scripts", .words = "python"}, {.name = "scripts", .words = "perl"}};
    save_own_slices(slices, saved);
    EXPECT_EQ(own_slices_from(saved), slices);
}

// Slices were kept by their places: what two windows with one session had at the same place, one of them lost.
TEST(SavedSettings, SlicesOfTwoWindowsLieBesideEachOther) {
    SavedSettings one, other;
    save_own_slices({{.name = "scripts", .words = "python"}}, one);
    save_own_slices({{.name = "games", .words = "chess"}}, other);
    one.merge(other);
    EXPECT_EQ(own_slices_from(one), (std::vector<OwnSlice>{{.name = "scripts", .words = "python"}, {.name = "games", .words = "chess"}}));
}

TEST(SavedSettings, ReadSlicesOfBefore) {
    const SavedSettings saved{{"slice.0000", "scripts\nwords:python"}, {"slice.0001", "games\nwords:\nq1\nq2"}};
    EXPECT_EQ(own_slices_from(saved), (std::vector<OwnSlice>{{.name = "scripts", .words = "python"}, {.name = "games", .ids = {"q1", "q2"}}}));
}

} // namespace
} // namespace cameo

#include "app/session/saved_settings.hpp"
#include "app/shell/layouts.hpp"
#include "sessions/session.hpp"
#include "tests/app/app_stage.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace cameo {
namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); }

/// All that undo is about, as the program shows it.
struct Everything {
    explicit Everything(AppStage& stage) {
        App& app = stage.app();
        stage.frame();
        const Snapshot& now = app.now();
        settings = saved_settings(app.settings());
        fusion = to_string(app.workbench().fusion());
        slices = now.slices;
        layout = app.layout_name();
        layouts = app.user_layouts();
        for (const auto& view : app.shell().views())
            if (!comes_and_goes(view->title())) open.push_back(view->is_open());
        for (const PastQuery& past : now.history) history.push_back(past.text);
        for (const auto& [key, query] : app.judgments().queries()) grades[key.second] = *query.grades;
        for (const BookmarkLine& each : now.notebook->bookmarks) bookmarks.push_back(each.id + each.title + each.caption + each.document);
        for (const auto& [about, note] : now.notebook->notes) notes.push_back(about.subject + ": " + note.text);
    }
    SavedSettings settings;
    std::string fusion, layout;
    std::vector<OwnSlice> slices;
    std::vector<std::string> layouts, history, bookmarks, notes;
    std::vector<bool> open;
    std::map<std::string, Grades> grades;

    bool operator==(const Everything&) const = default;
};

void PrintTo(const Everything& all, std::ostream* out) {
    *out << all.fusion << " " << all.layout << " " << testing::PrintToString(all.settings) << testing::PrintToString(all.layouts) << testing::PrintToString(all.open) << testing::PrintToString(all.history)
         << testing::PrintToString(all.grades) << testing::PrintToString(all.bookmarks) << testing::PrintToString(all.notes) << all.slices.size() << " slices";
}

std::string some_document(App& app, Random& random) {
    const auto& trace = app.now().trace;
    return trace->documents[static_cast<std::size_t>(trace->fused[below(random, trace->fused.size())].document)].id;
}

void change_bookmarks(App& app, Random& random) {
    const auto& all = app.now().notebook->bookmarks;
    if (all.size() < 3 || below(random, 4) == 0) return app.act(AddBookmark{});
    const std::string id = all[below(random, all.size())].id, number = std::to_string(random() % 1000);
    switch (below(random, 5)) {
    case 0: return app.act(EditBookmark{id, "Title " + number, "Caption " + number});
    case 1: return app.act(MoveBookmark{id, below(random, all.size())});
    case 2: return app.act(RetakeBookmark{id});
    case 3: return app.act(OpenBookmark{id});
    default: return app.act(RemoveBookmark{id});
    }
}

void change_layout(App& app, Random& random) {
    const auto own = app.user_layouts();
    switch (below(random, 4)) {
    case 0: return app.save_layout_as("Mine " + std::to_string(below(random, 4)));
    case 1:
        if (!own.empty()) return app.delete_layout(own[below(random, own.size())]);
        [[fallthrough]];
    case 2: return app.apply_layout(own.empty() || below(random, 2) == 0 ? named_layouts()[below(random, named_layouts().size())].name : own[below(random, own.size())]);
    default: {
        View& view = *app.shell().views()[below(random, app.shell().views().size())];
        if (!comes_and_goes(view.title())) view.set_open(!view.is_open());
    }
    }
}

void act_at_random(AppStage& stage, Random& random) {
    App& app = stage.app();
    constexpr std::array kMethods{FusionMethod::Sum, FusionMethod::MinMax, FusionMethod::ZScore, FusionMethod::Rrf};
    Settings settings = app.settings();
    Selection selection = app.now().selection;
    switch (below(random, 12)) {
    case 0: settings.appearance = settings.appearance == Appearance::Dark ? Appearance::Light : Appearance::Dark; return app.change_settings(settings);
    case 1: settings.high_contrast = !settings.high_contrast; return app.change_settings(settings);
    case 2: settings.ui_scale = 0.75f + 0.25f * static_cast<float>(below(random, 4)); return app.change_settings(settings);
    case 3: return app.act(SetFusion{{.method = kMethods[below(random, kMethods.size())]}});
    case 4: return app.act(SetSlices{std::vector<OwnSlice>(below(random, 3), OwnSlice{.name = "slice " + std::to_string(random() % 100), .words = "sound", .ids = {}})});
    case 5: return app.act(GradeDocument{some_document(app, random), below(random, 4) == 0 ? std::nullopt : std::optional(static_cast<int>(below(random, 4)))});
    case 6: return app.act(WriteNote{{NoteSubject::Kind::Document, app.now().trace->collection, some_document(app, random)}, below(random, 4) == 0 ? "" : "note " + std::to_string(random() % 1000)});
    case 7: selection.document = some_document(app, random); return app.act(Select{selection});
    case 8:
        if (app.why_no_undo().empty()) app.undo();
        return;
    case 9:
        if (app.why_no_redo().empty()) app.redo();
        return;
    case 10: return change_layout(app, random);
    default: return change_bookmarks(app, random);
    }
}

class UndoWalk : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, UndoWalk, testing::Values(1u, 2u, 3u));

TEST_P(UndoWalk, OfAThousandActionsLeadsBackToTheStart) {
    SessionOnDisk disk;
    Random random(GetParam());
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
        stage.frames(40);
        const Everything start(stage);
        const auto places = app.shell().places();
        for (int action = 0; action < 1000; ++action) {
            act_at_random(stage, random);
            stage.frames(action % 50 == 0 ? 40 : 2);
        }
        ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
        stage.frames(60);
        const Everything end(stage);
        EXPECT_FALSE(start == end);
        int steps = 0;
        for (; app.why_no_undo().empty(); ++steps) app.undo();
        ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
        stage.frames(60);
        EXPECT_GT(steps, 100);
        EXPECT_EQ(Everything(stage), start);
        EXPECT_TRUE(app.shell().places() == places) << "views are where they were, and the same tabs in front";
        for (; app.why_no_redo().empty(); --steps) app.redo();
        ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
        stage.frames(60);
        EXPECT_EQ(Everything(stage), end);
        EXPECT_EQ(steps, 0);
        while (app.why_no_undo().empty()) app.undo();
        stage.frames(3);
    }
    // So does the file.
    const auto session = Session::open(disk.file);
    EXPECT_TRUE(session->judgments().empty());
    EXPECT_EQ(session->notebook(), SessionNotebook());
}

} // namespace
} // namespace cameo

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/session_view.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <imgui_stdlib.h>
#include <utility>

// The Session view's stories.

namespace cameo {

namespace {

constexpr float kWidest = 620;

std::string steps_words(std::size_t steps) { return steps == 1 ? "1 step" : std::to_string(steps) + " steps"; }

} // namespace

void SessionView::draw_stories(const Snapshot& now, Commands& out) {
    ImGui::Dummy({0, dp(2)});
    section("Stories", "An investigation, told step by step.");
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(kWidest));
    // Whoever begins one wants to see its steps.
    if (m_told != now.session.story) {
        m_told = now.session.story;
        if (!m_told.empty()) m_unfolded = m_told;
    }
    if (m_edited_story != m_unfolded) keep_story_words(out); // it was folded while somebody wrote
    for (const StoryLine& story : now.session.offered) {
        if (sample_row(("story:" + story.title).c_str(), story.title, steps_words(story.steps), width, icon::kPlay)) out.emplace_back(TellStory{.id = story.id});
        hover_text([&] { return story.about + "\nIt comes with Cameo. Press it to have it told; it is then in this session, and can be changed."; });
    }
    if (now.notebook)
        for (std::size_t place = 0; place < now.notebook->stories.size(); ++place) draw_story(now, *now.notebook, place, width, out);
    if (now.session.recording) {
        if (button("End the recording", ButtonKind::Primary, icon::kClose)) out.emplace_back(EndStory{});
    } else if (button("Record a story", ButtonKind::Plain, icon::kPlus)) {
        out.emplace_back(RecordStory{});
    }
    hover_text("What you look at for two seconds becomes a step: results, documents, views. Words, order and steps can be changed afterwards.");
}

void SessionView::draw_story(const Snapshot& now, const Notebook& notebook, std::size_t place, float width, Commands& out) {
    const StoryLine& story = notebook.stories[place];
    const bool unfolded = m_unfolded == story.id, told = now.session.story == story.id;
    ImGui::PushID(story.id.c_str());
    const float square = button_height();
    if (sample_row("##story", story.title, steps_words(story.steps), width - square - dp(4), icon::kPlay) && story.steps > 0) out.emplace_back(TellStory{.id = story.id});
    if (told) ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), ink(colors().accent), dp(6), dp(1.5f));
    hover_text([&] { return story.about + (story.about.empty() ? "" : "\n") + (story.steps > 0 ? "Press it to have it told." : "It has no steps yet: record it, or put bookmarks in it."); });
    if (ImGui::BeginPopupContextItem("##more")) {
        draw_story_menu(notebook, place, out);
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, dp(4));
    if (icon_button(unfolded ? "Fold" : "Unfold", unfolded ? icon::kChevronDown : icon::kChevronRight, unfolded ? "Hides its steps" : "Shows its steps, to change them")) m_unfolded = unfolded ? std::string() : story.id;
    if (unfolded) {
        ImGui::Indent(dp(18));
        draw_story_words(story, width - dp(18), out);
        draw_bookmarks_of(now, story.id, width - dp(18), out);
        if (button("Record more", ButtonKind::Quiet, icon::kPlus)) out.emplace_back(RecordStory{story.id});
        hover_text("What you look at from now on becomes more of its steps");
        if (story.steps > 0) {
            flow_next(button_width("Ask all anew", true), dp(6));
            if (button("Ask all anew", ButtonKind::Quiet, icon::kRefresh)) out.emplace_back(TellStory{.id = story.id, .anew = true});
            hover_text("Tells it with each query asked again of its model and collection as they are now");
            flow_next(button_width("Report\u2026", true), dp(6));
            if (button("Report\u2026", ButtonKind::Quiet, icon::kDocument)) out.emplace_back(ReportSession{story.id});
            hover_text("One page for a browser: its steps with figures and captions");
        }
        ImGui::Unindent(dp(18));
    }
    ImGui::PopID();
}

void SessionView::draw_story_menu(const Notebook& notebook, std::size_t place, Commands& out) const {
    const StoryLine& story = notebook.stories[place];
    if (menu_item("Tell it", nullptr, story.steps > 0)) out.emplace_back(TellStory{.id = story.id});
    if (menu_item("Tell it with all queries asked anew", nullptr, story.steps > 0)) out.emplace_back(TellStory{.id = story.id, .anew = true});
    if (menu_item("Record more of it")) out.emplace_back(RecordStory{story.id});
    if (menu_item("Report\u2026", nullptr, story.steps > 0)) out.emplace_back(ReportSession{story.id});
    if (menu_item("Move up", nullptr, place > 0)) out.emplace_back(MoveStory{story.id, place - 1});
    if (menu_item("Move down", nullptr, place + 1 < notebook.stories.size())) out.emplace_back(MoveStory{story.id, place + 1});
    ImGui::Separator();
    if (menu_item("Delete")) out.emplace_back(RemoveStory{story.id});
}

void SessionView::keep_story_words(Commands& out) {
    if (std::exchange(m_changed_story, false) && !m_story_title.empty()) out.emplace_back(EditStory{m_edited_story, m_story_title, m_about_story});
}

void SessionView::draw_story_words(const StoryLine& story, float width, Commands& out) {
    if (m_edited_story != story.id || !m_writing_story) {
        m_edited_story = story.id;
        m_story_title = story.title;
        m_about_story = story.about;
    }
    ImGui::SetNextItemWidth(width);
    if (ImGui::InputTextWithHint("##story title", "What this story is called", &m_story_title)) m_changed_story = true;
    m_writing_story = ImGui::IsItemActive();
    const FontScope small(TextStyle::Small);
    ImGui::SetNextItemWidth(width);
    if (ImGui::InputTextWithHint("##about", "What it shows, in a sentence", &m_about_story)) m_changed_story = true;
    m_writing_story = m_writing_story || ImGui::IsItemActive();
    if (!m_writing_story) keep_story_words(out);
}

} // namespace cameo

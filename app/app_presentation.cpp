#include "app/app.hpp"

#include "app/shell/layouts.hpp"
#include "views/plain_caption.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <utility>

// The presentation: what it shows, and what comes back after it.

namespace cameo {

void App::begin_presentation() {
    if (is_presenting()) return;
    end_tour(false);
    m_layout = layout_text();
    m_before_presentation = BeforePresentation{.edit = std::make_unique<Edit>(edit()),
                                               .place = place_on_screen(),
                                               .query_text = m_shell.search_bar().text(),
                                               .selection = m_selection,
                                               .trace = m_workbench->trace(),
                                               .recorded = m_now.trace_recorded,
                                               .pinned = m_workbench->pinned(),
                                               .bookmark = m_bookmark,
                                               .trainings = m_trainings->shown_folders(),
                                               .elsewhere = m_trainings->elsewhere(),
                                               .training_step = m_trainings->step_looked_at()};
    m_before_presentation->selection.hovered_document.clear();
    m_stage.start();
    const auto bookmarks = steps();
    const bool has_place = m_now.trace != nullptr && bookmark_of(*m_notebook, m_bookmark) == nullptr;
    if (bookmarks.empty() || has_place) {
        m_bookmark.clear(); // what is on screen is shown first, and the first step leads to the first bookmark
        set_the_stage(in_front_from(m_before_presentation->place.settings));
        if (is_named_layout(m_layout_name) && is_untouched(m_before_presentation->place.settings)) m_shell.build_layout(m_layout_name);
        m_shell.maximise(maximised_from(m_before_presentation->place.settings));
        m_shell.bring_back(in_front_from(m_before_presentation->place.settings));
    } else {
        open_bookmark(bookmark_of(*m_notebook, m_bookmark) ? m_bookmark : bookmarks.front()->id);
    }
    m_dirty = true;
}

void App::end_presentation() {
    if (!m_before_presentation) return;
    m_stage.stop();
    m_notes.reset();
    m_has_notes = false;
    m_shell.put_on_stage({});
    m_shell.prompt().close();
    const BeforePresentation before = std::move(*m_before_presentation);
    m_before_presentation.reset();
    ++m_turn; // a bookmark whose result is still being read comes too late
    m_layout_step.clear();
    // What was judged and written on stage is kept.
    Edit edit = *before.edit;
    edit.judged = m_judgments.steps();
    edit.notebook = m_notebook;
    edit.forgotten = m_forgotten_in_force;
    restore(edit);
    arrange_as_it_was(edit.layout, edit.untouched_layout);
    record("What was done while presenting");
    m_shell.maximise(maximised_from(before.place.settings));
    m_shell.bring_back(in_front_from(before.place.settings));
    m_workbench->drop_query(); // a step's
    if (before.trace && m_workbench->trace() != before.trace) m_workbench->show(before.trace, before.recorded);
    m_wanted_pin.clear();
    m_workbench->pin(before.pinned);
    open_as_before(before);
    m_shell.search_bar().set_text(before.query_text);
    if (before.trace) m_shell.search_bar().keep_text_under(before.trace->id);
    m_selection = before.selection;
    m_workbench->select(m_selection.document, m_selection.reference);
    m_bookmark = before.bookmark;
    m_dirty = m_unsaved = true;
}

/// What live steps have opened and looked at gives way to what was open, where it is another.
void App::open_as_before(const BeforePresentation& before) {
    m_wanted.reset();
    const std::string &model = before.place.model, &collection = before.place.collection;
    if (!model.empty() && model != m_workbench->model()) m_workbench->open_model(model);
    if (!collection.empty() && collection != m_workbench->collection()) m_workbench->open_collection(collection);
    if (before.trainings != m_trainings->shown_folders()) m_trainings->restore(before.trainings, before.elsewhere);
    m_trainings->look_at_step(before.training_step);
}

void App::set_the_stage(std::vector<std::string> in_front) {
    std::erase_if(in_front, [&](const std::string& title) { return !m_shell.view(title); });
    if (in_front.empty()) in_front = {view_title::kQueryBench};
    m_shell.put_on_stage(std::move(in_front), Stage::band_height());
}

void App::act_on_stage() {
    if (!is_presenting()) return;
    const auto bookmarks = steps();
    switch (m_stage.take_wish()) {
    case Stage::Wish::None: break;
    case Stage::Wish::Next: step_bookmark(1); break;
    case Stage::Wish::Back: step_bookmark(-1); break;
    case Stage::Wish::First:
        if (!bookmarks.empty()) open_bookmark(bookmarks.front()->id);
        break;
    case Stage::Wish::Last:
        if (!bookmarks.empty()) open_bookmark(bookmarks.back()->id);
        break;
    case Stage::Wish::Ask: focus_search(); break;
    case Stage::Wish::End: end_presentation(); break;
    }
}

void App::focus_search() {
    if (!is_presenting()) return m_shell.search_bar().focus();
    m_shell.prompt().ask("What shall be looked for?", "Type a query and press Enter", "", [this](const std::string& text) {
        if (text.find_first_not_of(" \t") == text.npos) return;
        set_the_stage({view_title::kQueryBench, view_title::kDocument});
        act(RunQuery{text});
    });
}

PresenterWords App::presenter_words() const {
    PresenterWords words{.now = step_words(), .notes = {}, .next = {}, .elapsed_s = m_stage.elapsed_s(), .clock = fmt::format("{:%H:%M}", fmt::localtime(std::time(nullptr)))};
    const auto all = steps();
    if (words.now.number < all.size()) words.next = all[words.now.number]->title;
    const auto add = [&](const NoteSubject& subject, const std::string& about) {
        const auto note = m_shown_notebook->notes.find(subject);
        if (note != m_shown_notebook->notes.end()) words.notes.push_back({about, note->second.text});
    };
    add({NoteSubject::Kind::Bookmark, {}, m_bookmark}, "This step");
    if (const Trace* const trace = m_now.trace.get()) {
        add({NoteSubject::Kind::Query, trace->collection, trace->query}, trace->query);
        add({NoteSubject::Kind::Document, trace->collection, m_now.selection.document}, m_now.selection.document);
    }
    return words;
}

void App::draw_presenter_notes() {
    m_has_notes = true;
    draw_presenter_page(presenter_words());
    m_stage.hear_keys_there();
}

Stage::Words App::step_words() const {
    const auto bookmarks = steps();
    const auto here = std::ranges::find(bookmarks, m_bookmark, &SessionBookmark::id);
    const Trace* const trace = m_now.trace.get();
    Stage::Words words{.title = {}, .caption = {}, .number = 0, .of = bookmarks.size()};
    if (here != bookmarks.end()) words.number = static_cast<std::size_t>(here - bookmarks.begin()) + 1;
    // A query of the presenter's own is not what the bookmark is about.
    const std::string why_not = here != bookmarks.end() ? why_not_asked(**here) : std::string();
    if (here != bookmarks.end() && (is_at(**here) || m_wanted || !why_not.empty())) {
        words.title = (*here)->title;
        words.caption = is_at(**here) ? caption_of(**here) : why_not;
    } else if (trace) {
        words.title = trace->query;
        words.caption = plain_caption(*trace, m_now.ledger.get(), m_now.selection.document);
    }
    return words;
}

} // namespace cameo

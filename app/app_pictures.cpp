#include "app/app.hpp"

#include "app/table_text.hpp"
#include "core/base/error.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

// Pictures of views.

namespace cameo {

namespace {

/// One line for people; the picture's own fields have all of it.
std::string caption(const std::string& view, const std::vector<std::pair<std::string, std::string>>& provenance) {
    constexpr std::string_view kVersion = " version";
    std::string line = view;
    for (const auto& [key, value] : provenance) {
        if (key == "result") continue; // only a session can look it up
        if (key.ends_with(kVersion)) line.append(" (").append(value).append(")");
        else if (key == "program") line.append(" \u00B7 ").append(value);
        else if (key == "query") line.append(" \u00B7 query \u201C").append(value).append("\u201D");
        else line.append(" \u00B7 ").append(key).append(" ").append(value);
    }
    return line;
}

PictureWords words_of(const std::string& title, const View* view, const Snapshot& now) {
    auto table = view ? view->exported(now) : std::nullopt;
    auto provenance = table ? table_provenance(now, *table) : table_provenance(now);
    // Figures over all queries stand beside the one on screen, which the picture shows too.
    // (A training has nothing to do with it.)
    const bool says_what = std::ranges::any_of(provenance, [](const auto& entry) { return entry.first == "query" || entry.first == "training"; });
    if (now.trace && !says_what) provenance.emplace_back("query", now.trace->query);
    return {.title = title, .description = caption(title, provenance), .provenance = std::move(provenance), .figures = std::move(table)};
}

} // namespace

void App::take_picture(PictureOrder order) {
    m_pictures.order(std::move(order));
    m_dirty = true;
}

void App::draw_for_picture() {
    const std::string& title = m_pictures.current().view;
    Snapshot shown = m_now;
    shown.selection.hovered_document.clear();
    View* view = m_shell.view(title);
    if (m_pictures.is_first_frame() && !m_shell.is_drawn(title)) m_shell.show_view(title);
    if (view) view->set_for_picture(true);
    {
        const PictureFrame unseen;
        m_shell.draw(shown, m_table, m_layout_name, m_commands);
        m_pictures.drawn(m_shell.is_drawn(title), [&] { return words_of(title, view, shown); });
    }
    if (view) view->set_for_picture(false);
}

void App::finish_picture() {
    try {
        auto taken = m_pictures.end_frame();
        if (!taken) return;
        const auto picture = std::make_shared<const TakenPicture>(std::move(*taken));
        const Lane lane = picture->file.extension() == ".pdf" ? Lane::Outside : Lane::Quick; // another program prints it
        m_jobs->submit({.name = "Save " + picture->file.filename().string(), .lane = lane, .listing = Listing::Active}, [picture](JobContext& job) { picture->write(job); },
                       [this, picture](const JobOutcome<std::monostate>& outcome) {
                           if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
                           if (outcome.state == JobState::Done) m_notices.add(Notice::Level::Info, "Saved " + picture->file.string() + ".");
                       });
    } catch (const Error& error) {
        m_notices.error(error.what());
    }
    m_dirty = true;
}

} // namespace cameo

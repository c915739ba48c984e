#pragma once

#include "views/note_field.hpp"
#include "views/view.hpp"

#include <string>

namespace cameo {

/// What somebody has kept in the session: places to come back to, notes, and the sessions that were open before.
class SessionView final : public View {
public:
    SessionView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_head(const Snapshot& now, Commands& out) const;
    void draw_bookmarks(const Snapshot& now, Commands& out);
    void draw_bookmark(const Notebook& notebook, std::size_t place, bool is_here, float width, Commands& out);
    void draw_place(const Notebook& notebook, std::size_t place, Commands& out);
    void draw_notes(const Snapshot& now, Commands& out);
    void draw_recent(const Snapshot& now, Commands& out) const;

    NoteField m_note;
    NoteSubject::Kind m_about = NoteSubject::Kind::Document;
    std::string m_edited; ///< id of the bookmark whose words are being written
    std::string m_title, m_caption;
    bool m_writing = false;
};

} // namespace cameo

#pragma once

#include "views/note_field.hpp"
#include "views/view.hpp"

#include <string>

namespace cameo {

/// What somebody has kept in the session: stories, places to come back to, notes, and the sessions that were open before.
class SessionView final : public View {
public:
    SessionView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    void keep_words(Commands& out) override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_head(const Snapshot& now, Commands& out) const;
    // Stories (session_stories.cpp).
    void draw_stories(const Snapshot& now, Commands& out);
    void draw_story(const Snapshot& now, const Notebook& notebook, std::size_t place, float width, Commands& out);
    void draw_story_menu(const Notebook& notebook, std::size_t place, Commands& out) const;
    void draw_story_words(const StoryLine& story, float width, Commands& out);
    void keep_story_words(Commands& out);

    void draw_bookmarks(const Snapshot& now, Commands& out);
    /// @return how many there are
    std::size_t draw_bookmarks_of(const Snapshot& now, const std::string& story, float width, Commands& out);
    /// @param place, count of its story
    void draw_bookmark(const Notebook& notebook, const BookmarkLine& bookmark, std::size_t place, std::size_t count, bool is_here, float width, Commands& out);
    void draw_place(const Notebook& notebook, const BookmarkLine& bookmark, std::size_t place, std::size_t count, Commands& out);
    void draw_words_of(const BookmarkLine& bookmark, float width, Commands& out);
    /// Hands over what was written about a bookmark and is not kept yet.
    void keep_caption(Commands& out);
    void draw_notes(const Snapshot& now, Commands& out);
    void draw_recent(const Snapshot& now, Commands& out) const;

    NoteField m_note;
    NoteSubject::Kind m_about = NoteSubject::Kind::Document;
    std::string m_unfolded; ///< id of the story whose steps are shown; empty: none
    std::string m_told;     ///< id of the one that was told in the frame before
    std::string m_edited_story, m_story_title, m_about_story; ///< id of the story whose words are being written, and they
    bool m_writing_story = false, m_changed_story = false;
    std::string m_edited; ///< id of the bookmark whose words are being written
    std::string m_title, m_caption;
    bool m_writing = false, m_changed = false; ///< changed: and not kept yet
};

} // namespace cameo

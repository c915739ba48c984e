#pragma once

#include "views/commands.hpp"
#include "views/notebook.hpp"

#include <string>

namespace cameo {

struct Snapshot;

/// What is written about a thing; null: nothing.
const NoteLine* note_about(const Snapshot& now, const NoteSubject& about);

/// The note about a thing, to be written in place. What was typed is kept when the caret leaves, also by way of another thing.
class NoteField {
public:
    /// @param name its id; @param hint what stands there while nothing is written
    void draw(const Snapshot& now, const NoteSubject& about, const char* name, const char* hint, Commands& out);
    /// Hands over what was typed and not kept yet: for whoever does not draw it this time.
    void keep(Commands& out);
    /// The caret goes there with the next frame.
    void focus() { m_focus_next = true; }

private:
    NoteSubject m_about;
    std::string m_text;
    bool m_writing = false, m_changed = false, m_focus_next = false;
};

} // namespace cameo

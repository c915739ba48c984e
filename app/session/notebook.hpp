#pragma once

#include "sessions/session.hpp"
#include "views/notebook.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

// A session's notebook is a value that is replaced whole: undo puts back any that was.

/// What views show of it. Notes about what this version does not know stay in the file.
std::shared_ptr<const Notebook> shown(const SessionNotebook& notebook);

/// As the file has it: "document".
std::string_view name(NoteSubject::Kind kind);

/// Null: there is none of that id.
const SessionBookmark* bookmark_of(const SessionNotebook& notebook, std::string_view id);

/// @param text without anything but blanks: the note is taken out
SessionNotebook with_note(SessionNotebook notebook, const NoteSubject& about, std::string text, std::int64_t at_ms);
/// Null: there is none of that id.
const SessionStory* story_of(const SessionNotebook& notebook, std::string_view id);
/// The bookmarks of a story in their order. @param story empty: those of none
std::vector<const SessionBookmark*> steps_of(const SessionNotebook& notebook, std::string_view story);

/// In place of the one of that id, else behind all.
SessionNotebook with_bookmark(SessionNotebook notebook, SessionBookmark bookmark);
SessionNotebook without_bookmark(SessionNotebook notebook, std::string_view id);
/// @param place among those of its story, from 0; beyond the end: the last one
SessionNotebook with_bookmark_at(SessionNotebook notebook, std::string_view id, std::size_t place);
SessionNotebook with_story(SessionNotebook notebook, SessionStory story);
/// Its steps go as well.
SessionNotebook without_story(SessionNotebook notebook, std::string_view id);
SessionNotebook with_story_at(SessionNotebook notebook, std::string_view id, std::size_t place);

/// Those of both: what is in both stays as `ours` has it, and where both have written about a thing, their words follow ours.
SessionNotebook merged(SessionNotebook ours, const SessionNotebook& theirs);

} // namespace cameo

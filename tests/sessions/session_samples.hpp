#pragma once

#include "sessions/session.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

namespace cameo {

inline SessionJudgment a_judgment(const std::string& document, int grade) {
    return {.collection = "debian", .query = "play music", .query_id = "q17", .document = document, .grade = grade, .at_ms = 5000};
}

inline SessionState some_state() {
    return {.layout_name = "Inspect",
            .layout = "[Window][Query bench]\nPos=0,20\n",
            .model = "demo",
            .collection = "debian",
            .query = "play \"music\" é",
            .fusion = "weighted:0.2,0.5,0.3",
            .selection = {"t1", "mpv", {"mpv", "moc"}, "local", 2},
            .settings = {{"theme", "dark"}, {"ui_scale", "1.5"}}};
}

inline SessionBookmark a_bookmark(const std::string& id) {
    return {.id = id, .made_ms = 7000, .title = "Bookmark " + id, .caption = "caption \"of\" é", .state = some_state()};
}

inline SessionNotebook some_notebook() {
    return {.bookmarks = {a_bookmark("b"), a_bookmark("a"), a_bookmark("c")},
            .notes = {{.kind = "document", .collection = "debian", .subject = "mpv", .text = "plays\nall", .at_ms = 1},
                      {.kind = "query", .collection = "debian", .subject = "play music", .text = "the demo's first", .at_ms = 2},
                      {.kind = "session", .collection = "", .subject = "", .text = "what we learnt", .at_ms = 3}}};
}

inline TraceEntry entry(int number, const std::string& query = "a query") {
    return {.id = "t" + std::to_string(number),
            .created_ms = 1000 + number,
            .query = query,
            .model = "m",
            .collection = "c"};
}

class SessionFile : public testing::Test {
protected:
    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "deep" / "one & 50% #.cameo";
};

} // namespace cameo

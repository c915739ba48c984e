#include "app/verb_view.hpp"

#include "app/cli/cli.hpp"
#include "core/search/trace.hpp"
#include "sessions/session.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace cameo {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

/// A machine with neither models nor collections, and a session from elsewhere.
struct ViewVerb : testing::Test {
    TemporaryFolder folder;
    ScopedVariable home{"CAMEO_HOME", (folder / "home").c_str()};
    std::filesystem::path session = folder / "finding.cameo";
    Trace trace = *sample_snapshot().trace;

    void SetUp() override {
        const auto kept = Session::open_or_create(session);
        kept->add_trace({.id = trace.id, .created_ms = trace.created_ms, .query = trace.query, .model = trace.model, .collection = trace.collection, .bytes = 0}, to_bytes(trace));
        SessionState state;
        state.query = trace.query;
        state.selection.trace_id = trace.id;
        state.selection.document = trace.documents[static_cast<std::size_t>(trace.fused[1].document)].id; // whose score was not taken apart
        kept->save_state(state);
        SessionState first = state;
        first.selection.document = trace.ledgers.at(0).id;
        kept->save_notebook({.stories = {}, .bookmarks = {{.id = "b", .made_ms = 1, .title = "The best one", .caption = {}, .state = first, .story = {}, .live = false}}, .notes = {}});
    }
    struct Answer {
        int code = 0;
        std::string out, err;
    };
    Answer view(std::vector<std::string> words) {
        words.insert(words.begin(), "view");
        std::istringstream in;
        std::ostringstream out, err;
        constexpr AddVerb kMore[] = {add_view};
        const int code = run_command_line(words, in, out, err, kMore);
        return {code, out.str(), err.str()};
    }
    static std::string bytes_of(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

TEST_F(ViewVerb, GivesAViewsFiguresOfARecordedSession) {
    const std::string before = bytes_of(session);
    const Answer csv = view({"Query bench", "--session", session});
    EXPECT_EQ(csv.code, 0) << csv.err;
    EXPECT_THAT(csv.out, HasSubstr(trace.query));
    EXPECT_THAT(csv.out, HasSubstr(trace.documents[static_cast<std::size_t>(trace.fused[0].document)].id));
    const json bench = json::parse(view({"query bench", "--session", session, "--format", "json"}).out);
    EXPECT_EQ(bench["title"], "Query bench");
    EXPECT_EQ(bench["rows"].size(), trace.fused.size());
    // What is selected, and what a bookmark selects.
    EXPECT_THAT(view({"Ledger", "--session", session}).err, HasSubstr("Ledger: has no figures now"));
    const json marked = json::parse(view({"Ledger", "--session", session, "--format", "json", "--bookmark", "1"}).out);
    ASSERT_FALSE(marked["rows"].empty());
    EXPECT_EQ(marked["rows"][0]["leaf"], trace.ledgers[0].experts[0].terms[0].word);
    EXPECT_EQ(bytes_of(session), before) << "nothing is written into it";
    EXPECT_FALSE(std::filesystem::exists(session.string() + "-wal"));
    EXPECT_FALSE(std::filesystem::exists(folder / "home" / "state" / "recent-sessions"));
}

TEST_F(ViewVerb, GivesAPicture) {
    const Answer svg = view({"Ledger", "--session", session, "--bookmark", "1", "--format", "svg"});
    EXPECT_EQ(svg.code, 0) << svg.err;
    EXPECT_THAT(svg.out, HasSubstr("<svg"));
    EXPECT_THAT(svg.out, HasSubstr("</svg>"));
    EXPECT_THAT(svg.out, HasSubstr(trace.ledgers[0].title.empty() ? trace.ledgers[0].id : trace.ledgers[0].title));
    const auto file = folder / "ledger.svg";
    EXPECT_EQ(view({"Ledger", "--session", session, "--bookmark", "1", "--format", "svg", "-o", file}).out, file.string() + "\n");
    EXPECT_THAT(bytes_of(file), HasSubstr("</svg>"));
}

TEST_F(ViewVerb, GivesAPageOfBoth) {
    const auto file = folder / "ledger.html";
    const Answer written = view({"Ledger", "--session", session, "--bookmark", "1", "--format", "html", "-o", file});
    EXPECT_EQ(written.out, file.string() + "\n") << written.err;
    const std::string page = bytes_of(file);
    EXPECT_THAT(page, HasSubstr("aria-label=\"The view Ledger\""));
    EXPECT_THAT(page, HasSubstr("<td class=\"words\">" + trace.ledgers[0].experts[0].terms[0].word + "</td>"));
    EXPECT_THAT(page, HasSubstr("<dt>Query</dt><dd>" + trace.query + "</dd>"));
}

TEST_F(ViewVerb, SaysWhatItCannotDo) {
    EXPECT_THAT(view({"Ledgr", "--session", session}).err, HasSubstr("there is no view 'Ledgr'; there are Welcome, Query bench"));
    EXPECT_THAT(view({"Ledger", "--session", folder / "none.cameo"}).err, HasSubstr("there is no such session"));
    EXPECT_FALSE(std::filesystem::exists(folder / "none.cameo"));
    EXPECT_THAT(view({"Ledger", "--session", session, "--bookmark", "2"}).err, HasSubstr("--bookmark 2: the session has 1"));
    EXPECT_THAT(view({"Map", "--session", session}).err, HasSubstr("Map: has no figures now"));
    EXPECT_THAT(view({"Map", "--session", session, "--action", "map.lay_out"}).err, HasSubstr("map.lay_out: "));
    EXPECT_THAT(view({"Map", "--session", session, "--action", "nonsense"}).err, HasSubstr("no such action"));
    EXPECT_EQ(view({"Map", "--format", "png"}).code, 2);
    std::ofstream(folder / "bad.cameo") << "no session";
    const Answer bad = view({"Ledger", "--session", folder / "bad.cameo"});
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.err, HasSubstr("is not a session"));
}

} // namespace
} // namespace cameo

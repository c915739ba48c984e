#include "app/verb_report.hpp"

#include "app/cli/cli.hpp"
#include "app/report/pdf.hpp"
#include "core/search/trace.hpp"
#include "sessions/session.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A machine with neither models nor collections.
struct ReportVerb : testing::Test {
    TemporaryFolder folder;
    ScopedVariable home{"CAMEO_HOME", (folder / "home").c_str()};
    std::filesystem::path session = folder / "finding.cameo", page = folder / "page.html";
    Trace trace = *sample_snapshot().trace;

    struct Answer {
        int code = 0;
        std::string out, err;
    };
    static Answer cameo(std::vector<std::string> words) {
        std::istringstream in;
        std::ostringstream out, err;
        constexpr AddVerb kMore[] = {add_report};
        const int code = run_command_line(words, in, out, err, kMore);
        return {code, out.str(), err.str()};
    }
    std::string html() {
        const Answer written = cameo({"report", session, "-o", page, "--replace"});
        EXPECT_EQ(written.code, 0) << written.err;
        EXPECT_EQ(written.out, page.string() + "\n");
        std::ifstream in(page, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    SessionBookmark step(const std::string& id, std::vector<std::pair<std::string, std::string>> settings) const {
        SessionState state;
        state.layout_name = "Inspect";
        state.settings = {settings.begin(), settings.end()};
        state.settings["layout.untouched"] = "yes";
        return {.id = id, .made_ms = 1, .title = "Step " + id, .caption = {}, .state = state, .story = "s", .live = false};
    }
};

TEST_F(ReportVerb, SaysWhatIsWrong) {
    EXPECT_THAT(cameo({"report", session}).err, HasSubstr("there is no such session"));
    Session::open_or_create(session);
    const Answer nothing = cameo({"report", session, "-o", page});
    EXPECT_EQ(nothing.code, 1);
    EXPECT_THAT(nothing.err, HasSubstr("has nothing to report"));
    Session::open(session)->save_notebook({.stories = {}, .bookmarks = {}, .notes = {{.kind = "session", .collection = {}, .subject = {}, .text = "what we learnt", .at_ms = 1}}});
    EXPECT_THAT(html(), HasSubstr("what we learnt"));
    EXPECT_THAT(cameo({"report", session, "-o", page}).err, HasSubstr("is there already; --replace writes over it"));
    EXPECT_THAT(cameo({"report", session, "-o", page, "--replace", "--story", "x"}).err, HasSubstr("has no story 'x'"));
}

TEST_F(ReportVerb, ShowsWhatIsOnScreenAtEachStep) {
    SessionBookmark result = step("1", {{"views.in_front", "Query bench\nDocument"}}), training = step("2", {{"views.in_front", "Time machine"}, {"training.shown", "assets:stories/gate-collapse"}, {"training.step", "200"}});
    result.state.query = trace.query;
    result.state.selection.trace_id = trace.id;
    result.state.selection.document = trace.ledgers.at(0).id;
    result.caption = "{query}: {document}";
    training.caption = "At step {step} one has {load}.";
    {
        const auto kept = Session::open_or_create(session);
        kept->add_trace({.id = trace.id, .created_ms = trace.created_ms, .query = trace.query, .model = trace.model, .collection = trace.collection, .bytes = 0}, to_bytes(trace));
        kept->save_notebook({.stories = {{.id = "s", .made_ms = 1, .title = "Both", .about = {}}}, .bookmarks = {result, training}, .notes = {}});
    }
    const std::string text = html();
    EXPECT_THAT(text, HasSubstr("What was found for"));
    const auto document = std::ranges::find(trace.documents, trace.ledgers.at(0).id, &UnionDocument::id);
    EXPECT_THAT(text, HasSubstr("<p class=\"caption\">" + trace.query + ": " + (document->title.empty() ? document->id : document->title)));
    EXPECT_THAT(text, HasSubstr("At step 200 one has 91 %.")) << "as the window says it";
    const auto second = text.find("2 Step 2");
    ASSERT_NE(second, text.npos);
    EXPECT_THAT(text.substr(second), HasSubstr("aria-label=\"The view Time machine\""));
    EXPECT_THAT(text.substr(second), Not(HasSubstr("What was found for"))) << "nothing was asked there";
    EXPECT_LT(text.size(), 3u << 20);
}

TEST_F(ReportVerb, ShowsNoOtherResultForOneThatCannotBeHad) {
    SessionBookmark answered = step("1", {{"views.in_front", "Query bench"}}), unanswered = answered;
    answered.state.query = trace.query;
    answered.state.selection.trace_id = trace.id;
    unanswered.id = "2";
    unanswered.title = "Step 2";
    unanswered.state.query = "something else";
    unanswered.state.model = "came";
    unanswered.state.collection = "debian";
    unanswered.live = true;
    {
        const auto kept = Session::open_or_create(session);
        kept->add_trace({.id = trace.id, .created_ms = trace.created_ms, .query = trace.query, .model = trace.model, .collection = trace.collection, .bytes = 0}, to_bytes(trace));
        kept->save_notebook({.stories = {{.id = "s", .made_ms = 1, .title = "Both", .about = {}}}, .bookmarks = {answered, unanswered}, .notes = {}});
    }
    const std::string text = html();
    const std::string second = text.substr(text.find("<h2>2 Step 2"));
    EXPECT_THAT(second, HasSubstr("This step asks \u201Csomething else\u201D and needs the collection debian, which is not here."));
    EXPECT_THAT(second, Not(HasSubstr(trace.query)));
    EXPECT_THAT(second, HasSubstr("There is no result here."));
}

TEST_F(ReportVerb, PrintsAPdfWhereTheMachineCan) {
    if (page_printer().empty()) GTEST_SKIP() << "neither chromium nor weasyprint is installed";
    Session::open_or_create(session)->save_notebook({.stories = {}, .bookmarks = {}, .notes = {{.kind = "session", .collection = {}, .subject = {}, .text = "what we learnt", .at_ms = 1}}});
    const auto pdf = folder / "page.pdf";
    const Answer printed = cameo({"report", session, "-o", pdf});
    EXPECT_EQ(printed.code, 0) << printed.err;
    std::ifstream in(pdf, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_TRUE(bytes.starts_with("%PDF-"));
    EXPECT_GT(bytes.size(), 1000u);
}

TEST_F(ReportVerb, SaysWhatPrintsWhereNothingDoes) {
    Session::open_or_create(session)->save_notebook({.stories = {}, .bookmarks = {}, .notes = {{.kind = "session", .collection = {}, .subject = {}, .text = "what we learnt", .at_ms = 1}}});
    const ScopedVariable path{"PATH", (folder / "nothing").c_str()};
    const auto pdf = folder / "page.pdf";
    const Answer printed = cameo({"report", session, "-o", pdf});
    EXPECT_EQ(printed.code, 1);
    EXPECT_THAT(printed.err, HasSubstr("install chromium or weasyprint"));
    EXPECT_FALSE(std::filesystem::exists(pdf));
    // A printer that fails says why, and leaves what was there.
    std::filesystem::create_directory(folder / "nothing");
    const auto bad = folder / "nothing" / "weasyprint";
    std::ofstream(bad) << "#!/bin/sh\necho 'no fonts here' >&2\nexit 3\n";
    std::filesystem::permissions(bad, std::filesystem::perms::owner_all);
    std::ofstream(pdf) << "older";
    EXPECT_THAT(cameo({"report", session, "-o", pdf, "--replace"}).err, HasSubstr("no fonts here"));
    std::ifstream in(pdf);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "older");
}

} // namespace
} // namespace cameo

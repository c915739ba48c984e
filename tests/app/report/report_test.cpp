#include "app/report/html.hpp"
#include "app/report/report.hpp"
#include "app/report/view_page.hpp"
#include "core/base/error.hpp"
#include "core/search/trace.hpp"
#include "tests/support/said.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/support/temporary_folder.hpp"
#include "views/format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <set>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHostile = "</title><script>alert(1)</script>\" onload='x' \x01 \xff";

struct Report : testing::Test {
    TemporaryFolder folder;
    std::unique_ptr<Session> session = Session::open_or_create(folder / "finding & co.cameo");
    Trace trace = *sample_snapshot().trace;
    Progress progress;
    ReportWish wish;

    void keep(const Trace& kept) { session->add_trace({.id = kept.id, .created_ms = kept.created_ms, .query = kept.query, .model = kept.model, .collection = kept.collection, .bytes = 0}, to_bytes(kept)); }
    SessionBookmark bookmark(const std::string& title, const std::string& caption = {}) const {
        return {.id = title, .made_ms = 1, .title = title, .caption = caption,
                .state = {.layout_name = {}, .layout = {}, .model = {}, .collection = {}, .query = trace.query, .fusion = {}, .selection = {.trace_id = trace.id, .document = trace.ledgers.at(0).id, .documents = {}, .expert = {}, .token = -1}, .settings = {}}, .story = {}, .live = false};
    }
    std::string html() { return session_report(*session, wish, progress); }
};

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
}

TEST_F(Report, HasEachBookmarkWithItsResultTakenApart) {
    keep(trace);
    session->save_notebook({.stories = {}, .bookmarks = {bookmark("The start", "What everybody knows"), bookmark("Without words")},
                            .notes = {{.kind = "query", .collection = trace.collection, .subject = trace.query, .text = "asked first", .at_ms = 1}, {.kind = "session", .collection = {}, .subject = {}, .text = "for Friday", .at_ms = 2}}});
    const std::string page = html();
    EXPECT_THAT(page, HasSubstr("<title>finding &amp; co</title>"));
    EXPECT_THAT(page, HasSubstr("<h2>1 The start</h2>"));
    EXPECT_THAT(page, HasSubstr("What everybody knows"));
    EXPECT_THAT(page, HasSubstr("for Friday"));
    EXPECT_EQ(count(page, "asked first"), 3u) << "beside both bookmarks of its query, and among all";
    // The figures are the window's.
    std::vector<double> scores;
    for (std::size_t place = 0; place < std::min<std::size_t>(10, trace.fused.size()); ++place) scores.push_back(trace.fused[place].score);
    const int decimals = std::max(2, score_decimals(scores));
    for (const double score : scores) EXPECT_THAT(page, HasSubstr(">" + format_score(score, decimals) + "<"));
    for (const ExpertTrace& expert : trace.experts) EXPECT_THAT(page, HasSubstr(heading(expert.name)));
    EXPECT_THAT(page, HasSubstr("<figure class=\"matrix\">"));
    EXPECT_THAT(page, HasSubstr(trace.id)) << "where it comes from";
    EXPECT_LT(page.size(), 3u << 20);
}

TEST_F(Report, IsOnePageThatAsksNothingOfAnyNetwork) {
    keep(trace);
    const std::string page = html();
    EXPECT_THAT(page, Not(HasSubstr("http:")));
    EXPECT_THAT(page, Not(HasSubstr("https:")));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_EQ(count(page, "src="), 0u);
    // Headings follow each other, ids are there once, links lead somewhere, pictures say what they are.
    EXPECT_EQ(count(page, "<h1"), 1u);
    EXPECT_LT(page.find("<h1"), page.find("<h2"));
    EXPECT_LT(page.find("<h2"), page.find("<h3"));
    std::set<std::string> ids;
    const std::regex id(" id=\"([^\"]+)\""), link("href=\"#([^\"]+)\"");
    for (std::sregex_iterator at(page.begin(), page.end(), id), end; at != end; ++at) EXPECT_TRUE(ids.insert((*at)[1]).second) << (*at)[1];
    for (std::sregex_iterator at(page.begin(), page.end(), link), end; at != end; ++at) EXPECT_TRUE(ids.contains((*at)[1])) << (*at)[1];
    EXPECT_EQ(count(page, "<svg"), count(page, "role=\"img\" aria-label=\""));
    EXPECT_EQ(count(page, "<table"), count(page, "<caption>"));
    for (const char* tag : {"section", "figure", "svg", "table", "p", "h2", "h3", "div", "tr", "mark", "span"}) EXPECT_EQ(count(page, std::string("<") + tag + ">") + count(page, std::string("<") + tag + " "), count(page, std::string("</") + tag + ">")) << tag;
}

TEST_F(Report, HasAStoryWithWhatWasSeenAtItsSteps) {
    keep(trace);
    SessionBookmark first = bookmark("First step", "{query} goes here"), second = bookmark("Second step", "A view");
    first.story = second.story = "s";
    session->save_notebook({.stories = {{.id = "s", .made_ms = 1, .title = "The day", .about = "What happened"}}, .bookmarks = {bookmark("Loose"), first, second}, .notes = {}});
    wish.look = [&](const SessionBookmark& step) {
        SeenStep seen{.caption = "seen: " + step.caption, .trace = nullptr, .document = {}, .figures = {}};
        if (step.title != "Second step") return seen;
        const ViewTable table{.title = "Gate", .columns = {"expert", "load"}, .rows = {{std::string("<one>"), 0.25}, {std::string("two"), std::int64_t{1234}}}, .keys = {0}, .names = {}, .scales = {}, .apart = {}, .about = {}, .ranked = false, .documents = {}};
        seen.figures.push_back({.title = "Gate", .svg = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\">\n<title>Gate</title><rect/></svg>\n", .table = table});
        return seen;
    };
    const std::string all = html();
    EXPECT_THAT(all, HasSubstr("<h2>The day</h2>\n<p>What happened</p>"));
    EXPECT_LT(all.find("1 Loose"), all.find("<h2>The day</h2>"));
    EXPECT_LT(all.find("<h2>The day</h2>"), all.find("2 First step"));
    wish.story = "The day";
    const std::string page = html();
    EXPECT_THAT(page, HasSubstr("<h1>The day</h1>\n<p>What happened</p>"));
    EXPECT_THAT(page, Not(HasSubstr("Loose")));
    EXPECT_THAT(page, HasSubstr("seen: A view"));
    EXPECT_THAT(page, HasSubstr("<svg role=\"img\" aria-label=\"The view Gate\"  width=\"8\" height=\"8\">\n<title>Gate</title><rect/></svg>"));
    EXPECT_THAT(page, HasSubstr("<td data-value=\"0.25\">0.25</td>"));
    EXPECT_THAT(page, HasSubstr("<td data-value=\"1234\">1,234</td>"));
    EXPECT_THAT(page, HasSubstr("&lt;one&gt;"));
    EXPECT_EQ(count(page, "<table"), count(page, "<caption>"));
    wish.story = "Another day";
    EXPECT_THAT(error_of([&] { html(); }), HasSubstr("has no story 'Another day'"));
}

TEST_F(Report, OfASessionWithoutBookmarksHasItsLatestResults) {
    for (int number = 0; number < 14; ++number) {
        Trace another = trace;
        another.id = "t" + std::to_string(number);
        another.created_ms = number;
        another.query = trace.query + " " + std::to_string(number / 2); // each asked twice
        keep(another);
    }
    const std::string page = html();
    EXPECT_EQ(count(page, "<section"), 7u);
    EXPECT_LT(page.find(trace.query + " 6"), page.find(trace.query + " 0"));
}

TEST_F(Report, StrangersTextsStayText) {
    trace.query = kHostile;
    trace.documents[static_cast<std::size_t>(trace.fused[0].document)].title = kHostile;
    trace.model = kHostile;
    trace.experts[0].name = kHostile;
    trace.ledgers[0].title = kHostile;
    keep(trace);
    session->save_notebook({.stories = {}, .bookmarks = {bookmark(std::string(kHostile), std::string(kHostile))}, .notes = {{.kind = "session", .collection = {}, .subject = {}, .text = std::string(kHostile), .at_ms = 1}}});
    const std::string page = html();
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, Not(HasSubstr("onload='x'")));
    EXPECT_EQ(count(page, "<script>"), 1u);
    EXPECT_EQ(page.find('\xff'), page.npos);
    EXPECT_EQ(page.find('\x01'), page.npos);
    EXPECT_EQ(escaped(kHostile), "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39;   \uFFFD");
}

TEST_F(Report, SaysWhatItLacks) {
    EXPECT_THAT(error_of([&] { html(); }), HasSubstr("has nothing to report"));
    // A bookmark whose result is gone, and one of an empty window.
    SessionBookmark empty = bookmark("Empty");
    empty.state.selection = {};
    session->save_notebook({.stories = {}, .bookmarks = {bookmark("Gone"), empty}, .notes = {}});
    EXPECT_EQ(count(html(), "There is no result here."), 2u);
    session->add_trace({.id = trace.id, .created_ms = 1, .query = "q", .model = "m", .collection = "c", .bytes = 0}, "these bytes are no trace");
    EXPECT_NE(error_of([&] { html(); }), "no error");
    // Nothing was found, and nothing is asked under another fusion than there is.
    Trace nothing = trace;
    nothing.id = "nothing";
    nothing.documents.clear(), nothing.fused.clear(), nothing.ledgers.clear();
    for (ExpertTrace& expert : nothing.experts) expert.hits.clear();
    keep(nothing);
    SessionBookmark of_nothing = bookmark("Nothing");
    of_nothing.state.selection.trace_id = "nothing";
    of_nothing.state.fusion = "weighted:1,2,3,4,5,6,7";
    session->save_notebook({.stories = {}, .bookmarks = {of_nothing}, .notes = {}});
    EXPECT_THAT(html(), HasSubstr("Nothing was found for"));
}

TEST_F(Report, CanBeStopped) {
    keep(trace);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(session_report(*session, wish, stopped), Cancelled);
}

TEST(ViewPage, HoldsThePictureTheFiguresAndWhereTheyComeFrom) {
    Figure figure{.title = "Terms & words", .svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"><text>seen</text></svg>", .table = ViewTable{}};
    figure.table->title = "Terms";
    figure.table->columns = {"term", "score"};
    figure.table->rows = {{std::string("<b>"), 0.1}, {std::string("music"), std::int64_t{1234}}};
    const std::string html = view_page(figure, {{"query", "play <music>"}, {"model version", "1"}});
    EXPECT_THAT(html, HasSubstr("<h1>Terms &amp; words</h1>"));
    EXPECT_THAT(html, HasSubstr("<svg role=\"img\" aria-label=\"The view Terms &amp; words\"  width=\"9\"><text>seen</text></svg>"));
    EXPECT_THAT(html, HasSubstr("<details open>"));
    EXPECT_THAT(html, Not(HasSubstr("<figcaption>"))) << "the page says already which view it is";
    EXPECT_THAT(html, HasSubstr("<td class=\"words\">&lt;b&gt;</td><td data-value=\"0.1\">"));
    EXPECT_THAT(html, HasSubstr("<td data-value=\"1234\">1,234</td>"));
    EXPECT_THAT(html, HasSubstr("<dt>Query</dt><dd>play &lt;music&gt;</dd>\n<dt>Model version</dt><dd>1</dd>"));
    EXPECT_THAT(html, Not(HasSubstr("http://")));
}

TEST(ViewPage, LeavesOutFiguresThatNobodyReads) {
    Figure figure{.title = "Map", .svg = "<svg width=\"9\"></svg>", .table = ViewTable{}};
    figure.table->columns = {"document"};
    figure.table->rows.assign(2001, {std::string("d")});
    const std::string html = view_page(figure, {});
    EXPECT_THAT(html, Not(HasSubstr("d</td>")));
    EXPECT_THAT(html, HasSubstr("Its 2,001 rows of figures are too many for a page"));
}

TEST(ViewPage, SaysOnPaperWhichFiguresDoNotFit) {
    Figure figure{.title = "Alignment", .svg = "<svg width=\"9\"></svg>", .table = ViewTable{}};
    figure.table->columns.assign(18, "token");
    EXPECT_THAT(view_page(figure, {}), Not(HasSubstr("class=\"on-paper\"")));
    EXPECT_THAT(view_page(figure, {}), HasSubstr("<div class=\"scroll broad\">"));
    figure.table->columns.emplace_back("token");
    EXPECT_THAT(view_page(figure, {}), HasSubstr("Their 19 columns are too many for paper; the web page has them."));
    EXPECT_THAT(view_page(figure, {}), HasSubstr("<div class=\"scroll on-screen\">"));
}

} // namespace
} // namespace cameo

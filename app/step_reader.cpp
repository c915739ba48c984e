#include "app/step_reader.hpp"

#include "app/session/saved_settings.hpp"
#include "app/shell/layouts.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRowsThatAreRead = 200;

// What a report says of a result by itself, what says nothing of what was found, and what is about all judged queries.
constexpr std::array<std::string_view, 5> kOfResult{view_title::kQueryBench, view_title::kDocument, view_title::kLedger, view_title::kTerms, view_title::kAlignment};
constexpr std::array<std::string_view, 6> kTools{view_title::kWelcome, view_title::kIndex, view_title::kTrainings, view_title::kNewTraining, view_title::kSession, view_title::kJobs};
constexpr std::array<std::string_view, 4> kOfJudged{view_title::kFusion, view_title::kCompetition, view_title::kSpecialisation, view_title::kEvaluation};

bool is_one_of(std::span<const std::string_view> titles, std::string_view title) { return std::ranges::find(titles, title) != titles.end(); }

bool shows_judged(const std::vector<std::string>& in_front) {
    return std::ranges::any_of(in_front, [](const std::string& title) { return is_one_of(kOfJudged, title); });
}

/// Whether a step asks its query anew, or shows what has to be measured.
bool needs_model(const SessionBookmark& step) { return (step.live && !step.state.query.empty()) || shows_judged(in_front_from(step.state.settings)); }

AppOptions looking_into(const Session& session) {
    AppOptions options;
    options.sources = real_sources();
    if (std::ranges::none_of(session.notebook().bookmarks, needs_model)) {
        // What was recorded needs neither, and a model takes seconds to open.
        options.sources.list_models = [] { return std::vector<ModelSummary>(); };
        options.sources.list_collections = [] { return std::vector<CollectionSummary>(); };
    }
    options.session = fs::absolute(session.path());
    options.session_access = SessionAccess::ReadOnly;
    return options;
}

/// With the ledger of the document, which may have been made since.
std::shared_ptr<const Trace> with_ledger(const std::shared_ptr<const Trace>& trace, const Ledger* ledger) {
    if (!trace || !ledger || std::ranges::find(trace->ledgers, ledger->id, &Ledger::id) != trace->ledgers.end()) return trace;
    auto whole = std::make_shared<Trace>(*trace);
    whole->ledgers.push_back(*ledger);
    return whole;
}

} // namespace

StepReader::StepReader(const Session& session, Progress& progress) : m_progress(progress), m_window({1280, 720}), m_app(looking_into(session)) { m_window.rest(m_app, progress); }

SeenStep StepReader::look(const SessionBookmark& bookmark) {
    m_app.act(OpenBookmark{bookmark.id});
    m_window.rest(m_app, m_progress);
    const auto in_front = in_front_from(bookmark.state.settings);
    if (shows_judged(in_front) && m_app.now().judged.phase == Phase::Empty && !m_app.now().judged.splits.empty()) {
        m_app.act(MeasureJudged{m_app.now().judged.split});
        m_window.rest(m_app, m_progress);
    }
    const Snapshot& now = m_app.now();
    SeenStep seen{.caption = m_app.step_words().caption, .trace = nullptr, .document = now.selection.document, .figures = {}};
    const bool asked = bookmark.live ? !bookmark.state.query.empty() : !bookmark.state.selection.trace_id.empty();
    const bool about_result = in_front.empty() || is_one_of(kOfResult, in_front.back());
    if (asked && about_result && m_app.shows_step()) seen.trace = with_ledger(now.trace, now.ledger.get());
    for (const std::string& title : in_front)
        if (const View* view = m_app.shell().view(title); view && !is_one_of(kOfResult, title) && !is_one_of(kTools, title)) seen.figures.push_back(figure_of(*view));
    return seen;
}

Figure StepReader::figure_of(const View& view) {
    Figure figure{.title = view.title(), .svg = m_window.picture(m_app, view.title(), PictureFormat::Svg, m_progress), .table = view.exported(m_app.now())};
    if (figure.table && figure.table->rows.size() > kRowsThatAreRead) figure.table.reset();
    return figure;
}

} // namespace cameo

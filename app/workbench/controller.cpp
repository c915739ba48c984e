#include "app/workbench/controller.hpp"

#include "app/demo.hpp"
#include "core/base/error.hpp"
#include "core/milvus/client.hpp"
#include "core/search/fusion.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

namespace cameo {

namespace {

constexpr std::size_t kSamplesACategory = 40;
constexpr const char* kAvailable = "available"; ///< Collection::provenance(): packages that the machine's index has

template <class Summary>
bool has(const std::vector<Summary>& there, const char* name) {
    return std::ranges::find(there, name, &Summary::name) != there.end();
}

/// What is opened where nothing was before: the demo's, which can be searched, else the first by name.
std::string first_collection(const std::vector<CollectionSummary>& there) {
    if (has(there, kDemoCollection)) return kDemoCollection;
    return there.empty() ? std::string() : there.front().name;
}

/// The demo's for its collection; for others a model of the person's own before those that ship.
std::string first_model(const std::vector<ModelSummary>& there, const std::string& collection) {
    if ((collection.empty() || collection == kDemoCollection) && has(there, kDemoModel)) return kDemoModel;
    const auto own = std::ranges::find(there, false, &ModelSummary::shipped);
    if (own != there.end()) return own->name;
    return there.empty() ? std::string() : there.front().name;
}

bool can_grow(const Collection& collection) {
    if (collection.name() != kDemoCollection) return false;
    const auto provenance = collection.provenance();
    if (const auto found = provenance.find(kAvailable); found != provenance.end())
        return std::strtoll(found->second.c_str(), nullptr, 10) > collection.size();
    return collection.size() <= DemoOffer{}.documents;
}

std::vector<SampleQuery> samples_of(const Collection& collection) {
    auto samples = hand_picked_queries(collection.name());
    std::map<std::string, std::size_t> taken;
    for (const auto& query : collection.queries("test")) {
        const std::string category = query.category.empty() ? "judged" : query.category;
        if (taken[category]++ < kSamplesACategory) samples.push_back({query.text, category, query.id});
    }
    return samples;
}

} // namespace

WorkbenchController::WorkbenchController(JobManager& jobs, NoticeBoard& notices, WorkbenchSources sources)
    : m_jobs(jobs), m_notices(notices), m_sources(std::make_shared<const WorkbenchSources>(std::move(sources))),
      m_ledger(jobs, "ledger"), m_reference_ledger(jobs, "reference ledger"), m_measurements(jobs, m_sources), m_findings(jobs), m_map(jobs), m_pinned(jobs), m_importance(jobs),
      m_missing(jobs), m_run_files(jobs, notices, m_sources) {}

void WorkbenchController::start(std::string model, std::string collection) {
    leave_swap();
    const bool is_open = m_bench.phase == Phase::Ready && this->model() == model && m_bench.collection == collection;
    if (!is_open) {
        m_model_source.clear();
        m_bench.model = std::move(model);
        m_bench.collection = std::move(collection);
        m_bench.phase = Phase::Loading;
        m_engine.reset();
        m_follow_build = false;
        m_open_listed = true;
    }
    probe();
    refresh_lists();
}

void WorkbenchController::probe() {
    struct Found {
        DeviceInfo device;
        DemoOffer offer;
    };
    const auto look = [sources = m_sources](JobContext&) {
        Found found{sources->probe_device(), {}};
        if (sources->offer_demo) found.offer = sources->offer_demo(found.device);
        return found;
    };
    m_jobs.submit({.name = "Look at the processor", .tag = "probe", .listing = Listing::Never}, look,
                  [this](JobOutcome<Found> outcome) {
                      if (!outcome.value) return;
                      if (!m_model) m_device = std::move(outcome.value->device);
                      m_bench.demo = std::move(outcome.value->offer);
                  });
}

void WorkbenchController::reset() {
    for (const char* tag : {"query", "ledger", "reference ledger"}) m_jobs.cancel_tag(tag);
    m_trying.reset();
    m_untried.reset();
    m_trace.reset();
    m_fusion.reset();
    m_document.clear();
    m_reference.clear();
    m_pinned.release();
    m_importance.forget();
    m_recorded = false;
    m_query_phase = Phase::Empty;
    m_missing.reset();
    for (std::string* text : {&m_query_error, &m_failed_query, &m_running_query, &m_pending_query}) text->clear();
    m_measurements.use(fusion());
    m_map.select({});
    find_ledgers();
}

void WorkbenchController::look_again() {
    if (m_bench.phase != Phase::Loading && !m_building) refresh_lists();
}

void WorkbenchController::refresh_lists() {
    using Lists = std::pair<std::vector<ModelSummary>, std::vector<CollectionSummary>>;
    m_jobs.submit({.name = "Look for models and collections", .tag = "lists", .listing = Listing::Never},
                  [sources = m_sources](JobContext&) { return Lists{sources->list_models(), sources->list_collections()}; },
                  [this](JobOutcome<Lists> outcome) {
                      const bool wants_open = std::exchange(m_open_listed, false) || m_bench.phase == Phase::Empty;
                      if (!outcome.value) {
                          m_notices.error(outcome.error);
                          if (!wants_open) return;
                          m_bench.phase = Phase::Failed;
                          m_bench.error = outcome.error;
                          let_go();
                          fail_pending(outcome.error);
                          return;
                      }
                      std::tie(m_bench.models, m_bench.collections) = std::move(*outcome.value);
                      if (m_bench.collection.empty()) m_bench.collection = first_collection(m_bench.collections);
                      if (m_bench.model.empty()) m_bench.model = first_model(m_bench.models, m_bench.collection);
                      if (wants_open) open();
                  });
}

void WorkbenchController::open() {
    if (m_bench.models.empty() || m_bench.collections.empty()) {
        m_bench.phase = Phase::Empty; // Welcome
        if (!m_building) fail_pending(kNothingYet);
        return;
    }
    m_bench.phase = Phase::Loading;
    m_bench.error.clear();
    // A folder's model is told by it, as long as it is the one that is wanted.
    const std::string wanted = m_model && m_model->name() == m_bench.model ? model() : m_bench.model;
    const auto open = [sources = m_sources, wanted, model_name = m_bench.model, collection_name = m_bench.collection,
                       model = m_model, collection = m_collection](JobContext& job) {
        job.begin("opening the collection", Unit::Steps, 3);
        // The collection is always opened again: it may have grown.
        auto opened_collection = sources->open_collection(collection_name);
        job.advance();
        job.begin("opening the model", Unit::Steps, 3, 1);
        auto opened_model = model && model->name() == model_name ? model : sources->open_model(wanted);
        job.advance();
        job.begin("opening the index", Unit::Steps, 3, 2);
        SearchEnginePointer engine;
        std::string unusable, away;
        try {
            if (auto index = sources->open_index(opened_model->name(), collection_name))
                engine = std::make_shared<const SearchEngine>(opened_model, opened_collection, std::move(index));
        } catch (const MilvusError& error) {
            away = error.what(); // model and collection are there all the same, and the index's settings
        } catch (const Error& error) {
            // Damaged, or of another version: both are mended by indexing, which keeps what still holds.
            if (error.kind() != ErrorKind::InvalidInput) throw;
            unusable = error.what();
        }
        job.advance();
        auto opened = describe(*sources, std::move(opened_model), std::move(opened_collection), std::move(engine));
        opened.unusable_index = std::move(unusable);
        opened.index_away = std::move(away);
        return opened;
    };
    m_jobs.submit({.name = fmt::format("Open {} and {}", m_bench.model, m_bench.collection), .tag = "open", .listing = Listing::Active},
                  open, [this, wanted](JobOutcome<Opened> outcome) {
                      if (outcome.value) {
                          const bool by_folder = outcome.value->model->name() != wanted;
                          take(std::move(*outcome.value));
                          m_model_source = by_folder ? wanted : std::string();
                          return;
                      }
                      m_bench.phase = Phase::Failed;
                      m_bench.error = outcome.state == JobState::Cancelled ? "Opening was cancelled." : outcome.error;
                      let_go();
                      fail_pending(m_bench.error);
                      // A result that is on the screen hides the reason that the bench would show in its place.
                      if (outcome.state == JobState::Failed)
                          m_notices.error(outcome.error, "What is on the screen can be read; a query needs a model and a collection.");
                  });
}

WorkbenchController::Opened WorkbenchController::describe(const WorkbenchSources& sources,
                                                          std::shared_ptr<const Model> model,
                                                          std::shared_ptr<const Collection> collection,
                                                          SearchEnginePointer engine) {
    Opened opened;
    opened.samples = samples_of(*collection);
    for (const auto& split : collection->splits())
        if (!collection->qrels(split).empty()) opened.judged_splits.push_back(split);
    opened.provenance = collection->provenance();
    opened.experts.assign(model->experts().begin(), model->experts().end());
    opened.device = model->device();
    opened.default_fusion = sources.default_fusion(*model);
    if (sources.index_settings) opened.index_settings = sources.index_settings(model->name(), collection->name());
    opened.engine = std::move(engine);
    opened.model = std::move(model);
    opened.collection = std::move(collection);
    return opened;
}

void WorkbenchController::take(Opened opened) {
    if (m_model && m_model->name() != opened.model->name()) m_model_source.clear(); // that was the other one's
    m_engine = std::move(opened.engine);
    m_model = std::move(opened.model);
    m_collection = std::move(opened.collection);
    m_device = std::move(opened.device);
    m_default_fusion = std::move(opened.default_fusion);
    m_bench.phase = Phase::Ready;
    m_bench.error.clear();
    m_bench.model = m_model->name();
    m_bench.collection = m_collection->name();
    m_bench.experts = std::move(opened.experts);
    m_bench.samples = std::move(opened.samples);
    m_bench.provenance = std::move(opened.provenance);
    m_bench.can_grow = can_grow(*m_collection);
    m_bench.index.reset();
    m_bench.unusable_index = std::move(opened.unusable_index);
    m_bench.index_away = std::move(opened.index_away);
    if (m_engine) m_bench.index = m_engine->index().info();
    m_index_desk.follow(m_bench.model, m_bench.collection, m_collection->size(), opened.index_settings);
    m_bench.learned_fusion = m_engine && m_engine->learned_fusion();
    m_measurements.follow(m_engine, std::move(opened.judged_splits));
    m_map.follow(m_engine);
    m_missing.follow(m_trace, m_engine);
    m_measurements.use(fusion());
    if (std::exchange(m_nothing_to_search, false) && m_query_phase == Phase::Failed) { // there is now
        m_query_phase = m_trace ? Phase::Ready : Phase::Empty;
        m_query_error.clear();
        m_failed_query.clear();
    }
    // What is pinned was asked already: this model is now compared with it.
    const bool of_another = m_engine && m_trace && m_pinned.is_another(m_engine) && m_trace->model_version != m_engine->model().version();
    if (of_another && m_pending_query.empty() && m_running_query.empty()) run_query(m_trace->query);
    run_pending();
    // What had to wait for the model.
    if (m_ledger.phase() == Phase::Failed || m_reference_ledger.phase() == Phase::Failed) find_ledgers();
}

void WorkbenchController::let_go() {
    if (m_engine) return; // the same was to be opened once more
    if (m_model && m_model->name() != m_bench.model) m_model.reset();
    if (m_collection && m_collection->name() != m_bench.collection) m_collection.reset();
    m_bench.index.reset();
    m_measurements.follow(nullptr, {});
    m_map.follow(nullptr);
    m_missing.follow(m_trace, nullptr);
}

void WorkbenchController::take_built(Opened opened) {
    m_built = {opened.model->name(), opened.collection->name()};
    if (m_follow_build || m_built == std::pair(m_bench.model, m_bench.collection)) take(std::move(opened));
}

void WorkbenchController::open_model(std::string name) {
    if (name == m_bench.model && m_bench.phase == Phase::Ready) return;
    leave_swap();
    if (!m_model || m_model->name() != name) m_model_source.clear();
    m_bench.model = std::move(name);
    m_follow_build = false;
    m_engine.reset();
    open();
}

void WorkbenchController::open_collection(std::string name) {
    if (name == m_bench.collection && m_bench.phase == Phase::Ready && m_bench.index_away.empty()) return;
    leave_swap();
    m_bench.collection = std::move(name);
    m_follow_build = false;
    m_engine.reset();
    open();
}

void WorkbenchController::build_demo(bool all) {
    if (m_building) return;
    leave_swap(); // its own model and collection come into use
    m_building = m_follow_build = true;
    const auto build = [this, sources = m_sources, all](JobContext& job) {
        std::optional<Opened> known; // what a larger prefix does not change is read once
        sources->build_demo(
            all,
            [&](SearchEnginePointer engine) {
                if (!known) {
                    const auto unowned = [&](const auto& part) {
                        return std::shared_ptr<const std::remove_cvref_t<decltype(part)>>(engine, &part);
                    };
                    known = describe(*sources, unowned(engine->model()), unowned(engine->collection()), engine);
                }
                known->engine = engine;
                job.post([this, opened = *known] { take_built(opened); });
            },
            job);
    };
    m_jobs.submit({.name = all ? "Grow the Debian collection" : "Build the demo", .tag = "demo", .lane = Lane::Long}, build,
                  [this](JobOutcome<std::monostate> outcome) { build_ended(outcome.state, outcome.error); });
}

void WorkbenchController::build_index(bool new_codecs) {
    if (m_building || !m_model || !m_collection) return;
    m_building = true;
    m_built = {m_model->name(), m_collection->name()}; // also where so little is missing that it has nothing to show before its end
    const auto build = [this, sources = m_sources, model = m_model, collection = m_collection, order = m_index_desk.order(new_codecs)](JobContext& job) mutable {
        std::optional<Opened> known;
        order.on_partial = [&](std::shared_ptr<const Index> index) {
            auto engine = std::make_shared<const SearchEngine>(model, collection, std::move(index));
            if (!known) known = describe(*sources, model, collection, nullptr);
            known->engine = std::move(engine);
            job.post([this, opened = *known] { take_built(opened); });
        };
        order.on_forecast = [&](const IndexForecast& forecast) { job.post([this, forecast] { m_index_desk.forecast(forecast); }); };
        return sources->build_index(*model, *collection, order, job);
    };
    m_jobs.submit({.name = fmt::format("Index {} for {}", m_bench.collection, m_bench.model), .tag = "index", .lane = Lane::Long}, build,
                  [this](JobOutcome<IndexReport> outcome) {
                      m_index_desk.forecast({});
                      if (outcome.value) tell_drift(*outcome.value);
                      build_ended(outcome.state, outcome.error);
                  });
}

void WorkbenchController::tell_drift(const IndexReport& report) {
    for (const ExpertIndexInfo& expert : report.experts)
        if (expert.drift > kMuchDrift)
            m_notices.add(Notice::Level::Warning,
                          fmt::format("{}: the compression loses {:.1f} times as much of the latest documents as of those that it was fitted to.", expert.name, expert.drift),
                          "The Index view fits it to all of them; that encodes every document again.");
}

void WorkbenchController::build_ended(JobState state, const std::string& error) {
    m_building = false;
    if (state == JobState::Failed) m_notices.error(error, "What was finished is kept: try again to go on from there.");
    if (m_bench.phase != Phase::Loading && !m_engine)
        fail_pending(state == JobState::Failed ? error : "Building was stopped before there was anything to search.");
    const bool in_use = m_built == std::pair(m_bench.model, m_bench.collection);
    if (state == JobState::Done && in_use) m_open_listed = true; // the whole, and what it says of itself
    m_follow_build = false;
    m_built = {};
    probe(); // what was fetched is here now
    refresh_lists();
}

} // namespace cameo

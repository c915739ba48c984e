// A checkpoint of a training becomes the model in use, and back.
#include "app/workbench/controller.hpp"

#include "app/workbench/guard.hpp"
#include "core/base/error.hpp"

#include <fmt/format.h>
#include <utility>

namespace cameo {

void WorkbenchController::use_model(std::filesystem::path folder, ModelSwap swap) {
    if (!m_model || !m_collection) {
        m_notices.add(Notice::Level::Info, "A checkpoint is put to use on a collection that is open.", "Open one first, or build the demo.");
        return;
    }
    swap.phase = Phase::Loading;
    swap.before = m_bench.model;
    m_swap_in_hand = std::move(swap);
    const auto make = [sources = m_sources, folder, collection = m_collection](JobContext& job) {
        job.begin("loading the model", Unit::Steps);
        auto model = sources->open_model(folder.string());
        const auto whole = [&]() -> SearchEnginePointer {
            auto index = sources->open_index(model->name(), collection->name());
            if (!index || index->info().documents < collection->size()) return nullptr;
            return std::make_shared<const SearchEngine>(model, collection, std::move(index));
        };
        SearchEnginePointer engine;
        try {
            engine = whole();
        } catch (const Error& error) {
            // Of another training of that name, or damaged: it is made anew.
            if (error.kind() != ErrorKind::InvalidInput) throw;
        }
        if (!engine) {
            sources->build_index(*model, *collection, {}, job);
            engine = whole();
        }
        check(bool(engine), "an index that was built is whole");
        return describe(*sources, std::move(model), collection, std::move(engine));
    };
    m_jobs.submit({.name = fmt::format("Put {} to use", m_swap_in_hand->label), .tag = "swap", .lane = Lane::Long}, make, [this, folder](JobOutcome<Opened> outcome) {
        auto in_hand = std::exchange(m_swap_in_hand, {});
        if (!in_hand) return;
        if (!outcome.value) {
            if (outcome.state == JobState::Failed) m_notices.error(outcome.error, "What was in use stays in use.");
            return;
        }
        m_back = {.engine = m_engine, .model = m_model, .source = m_model_source};
        in_hand->phase = Phase::Ready;
        m_swap = std::move(*in_hand);
        const std::string split = guard_split(outcome.value->judged_splits);
        take(std::move(*outcome.value));
        m_model_source = folder.string();
        if (m_back->engine && !split.empty()) guard(split);
    });
}

void WorkbenchController::guard(const std::string& split) {
    m_swap.guard_phase = Phase::Loading;
    const auto compare = [sources = m_sources, before = m_back->engine, after = m_engine, split](JobContext& job) {
        return std::make_shared<const GuardComparison>(compare_on_guard(*sources, *before, *after, split, job));
    };
    m_jobs.submit({.name = fmt::format("Hold {} against {}", m_swap.label, m_swap.before), .tag = "guard", .lane = Lane::Long}, compare,
                  [this](JobOutcome<std::shared_ptr<const GuardComparison>> outcome) {
                      m_swap.guard_phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_swap.guard_error = outcome.error;
                      if (outcome.value) m_swap.guard = std::move(*outcome.value);
                  });
}

void WorkbenchController::go_back() {
    if (!m_back) return;
    m_jobs.cancel_tag("guard");
    Back back = std::move(*m_back);
    m_back.reset();
    m_swap = {};
    // It is in memory still: only what is said of it is gathered anew.
    const auto open = [sources = m_sources, engine = back.engine, model = back.model, collection = m_collection](JobContext&) { return describe(*sources, model, collection, engine); };
    m_jobs.submit({.name = fmt::format("Go back to {}", back.model->name()), .tag = "open", .listing = Listing::Active}, open, [this, source = back.source](JobOutcome<Opened> outcome) {
        if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
        if (!outcome.value) return;
        take(std::move(*outcome.value));
        m_model_source = source;
    });
}

void WorkbenchController::leave_swap() {
    for (const char* tag : {"swap", "guard"}) m_jobs.cancel_tag(tag);
    m_swap = {};
    m_swap_in_hand.reset();
    m_back.reset();
}

void WorkbenchController::drop_use() { m_jobs.cancel_tag("swap"); }

ModelSwap WorkbenchController::swap() const { return m_swap_in_hand ? *m_swap_in_hand : m_swap; }

} // namespace cameo

#include "app/workbench/map_maker.hpp"

#include "core/eval/lay_out_map.hpp"

#include <fmt/format.h>
#include <utility>

namespace cameo {

namespace {
constexpr std::size_t kNeighbours = 10;
}

void MapMaker::follow(const SearchEnginePointer& engine) {
    const auto& map = m_state.map;
    const bool same = engine && map && map->model_version == engine->model().version() && map->collection == engine->collection().name() && map->collection_version == engine->collection().version() &&
                      static_cast<std::int64_t>(map->ids.size()) + map->left_out == engine->index().info().documents;
    m_engine = engine;
    if (same && m_state.phase == Phase::Ready) return;
    for (const char* tag : {"map", "map neighbours"}) m_jobs.cancel_tag(tag);
    m_state = {};
}

void MapMaker::lay_out(std::size_t expert, MapLayout layout) {
    if (!m_engine || m_state.phase == Phase::Loading) return;
    m_state = {.phase = Phase::Loading, .expert = expert, .layout = layout};
    using Map = std::shared_ptr<const DocumentMap>;
    m_jobs.submit({.name = fmt::format("Lay out the documents of {}", m_engine->collection().name()), .tag = "map", .lane = Lane::Long},
                  [engine = m_engine, expert, layout](JobContext& job) {
                      return std::make_shared<const DocumentMap>(lay_out_map(*engine, expert, {.layout = layout}, job));
                  },
                  [this, engine = m_engine](JobOutcome<Map> outcome) {
                      if (engine != m_engine) return; // of what is not open any more
                      m_state.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_state.error = outcome.error;
                      if (outcome.value) m_state.map = std::move(*outcome.value);
                      find_neighbours();
                  });
}

void MapMaker::select(const std::string& document) {
    if (document == m_document) return;
    m_document = document;
    find_neighbours();
}

void MapMaker::find_neighbours() {
    m_state.neighbours_error.clear();
    if (!m_engine || !m_state.map || m_document.empty() || m_state.neighbours_of == m_document) return;
    using Found = std::vector<MapNeighbour>;
    const auto look = [engine = m_engine, expert = m_state.map->expert_idx, document = m_document](JobContext&) {
        Found found;
        for (auto& [name, score] : map_neighbours(*engine, expert, document, kNeighbours)) found.push_back({std::move(name.id), std::move(name.title), score});
        return found;
    };
    m_jobs.submit({.name = "Neighbours of " + m_document, .tag = "map neighbours", .listing = Listing::Never}, look,
                  [this, document = m_document, map = m_state.map](JobOutcome<Found> outcome) {
                      if (document != m_document || map != m_state.map) return;
                      m_state.neighbours_error = outcome.error;
                      if (!outcome.value) return;
                      m_state.neighbours = std::move(*outcome.value);
                      m_state.neighbours_of = document;
                  });
}

} // namespace cameo

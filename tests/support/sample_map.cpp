#include "tests/support/sample_map.hpp"

#include "tests/support/sample_snapshot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

namespace cameo {
namespace {

constexpr std::array kSections{"sound", "utils", "python", "games", "net", "science", "admin", "devel", "web", "text"};

} // namespace

Snapshot sample_map(std::size_t documents) {
    Snapshot now = sample_snapshot();
    auto trace = std::make_shared<Trace>(*now.trace);
    const std::size_t expert_idx = trace->experts.size() - 1;
    auto made = std::make_shared<DocumentMap>();
    made->model = trace->model;
    made->model_version = trace->model_version;
    made->collection = trace->collection;
    made->expert = trace->experts[expert_idx].name;
    made->expert_idx = expert_idx;
    made->kind = trace->experts[expert_idx].kind;
    made->variance = {0.18, 0.07};
    made->mean = {0, 0};
    made->axes = {std::vector<float>{1, 0}, {0, 1}};
    const std::size_t found = std::min(trace->documents.size(), documents);
    for (std::size_t place = 0; place < documents; ++place) {
        const std::size_t section = place < found ? 0 : place % kSections.size();
        const float angle = place < found ? 6.28f * static_cast<float>(place) / static_cast<float>(found) : 2.4f * static_cast<float>(place);
        const float reach = place < found ? 0.1f : 0.02f * std::sqrt(static_cast<float>(place * 7919 % 200));
        const float knot = 6.28f * static_cast<float>(section) / kSections.size();
        made->documents.push_back(static_cast<DocumentOrdinal>(place));
        made->ids.push_back(place < found ? trace->documents[place].id : "document-" + std::to_string(place));
        made->places.push_back({std::cos(knot) + reach * std::cos(angle), std::sin(knot) + reach * std::sin(angle)});
        made->sections.emplace_back(kSections[section]);
    }
    trace->experts[expert_idx].query.pooled = {0.9f, 0.05f};
    now.trace = trace;
    now.map = {.phase = Phase::Ready, .expert = expert_idx, .map = made};
    now.selection.document = now.map.neighbours_of = made->ids[0];
    for (std::size_t near = 1; near < 4; ++near)
        now.map.neighbours.push_back({made->ids[near], "", 20.0f / static_cast<float>(near)});
    return now;
}

} // namespace cameo

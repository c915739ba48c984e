#include "tests/support/sample_missing.hpp"

#include "tests/support/sample_snapshot.hpp"

#include <utility>

namespace cameo {

namespace {

MissingDocument about(const Trace& trace, const std::string& id, const std::vector<float>& raw) {
    MissingDocument missing{.id = id, .within = 10, .indexed = trace.indexed_documents, .depth = trace.depth};
    for (std::size_t expert = 0; expert < trace.experts.size(); ++expert)
        missing.experts.push_back({.name = trace.experts[expert].name, .kind = trace.experts[expert].kind, .raw = static_cast<double>(raw[expert]),
                                   .rank = expert == 2 ? 6 : static_cast<std::int64_t>(40 + 30 * expert), .candidate = true, .truncated = expert == 1,
                                   .short_by = expert == 2 ? 0 : 1.25});
    return missing;
}

Snapshot answered(Snapshot now, MissingDocument missing) {
    now.missing = {.phase = Phase::Ready, .document = missing.id, .within = missing.within, .waits_for = {}, .of = now.trace->id,
                   .found = std::make_shared<const MissingDocument>(std::move(missing))};
    return now;
}

} // namespace

Snapshot sample_missing(SampleMissing kind) {
    Snapshot now = sample_snapshot({.fusion = {.method = FusionMethod::ZScore}});
    const Trace& trace = *now.trace;
    const bool inside = kind == SampleMissing::Fusion;
    if (inside) { // the first behind the tenth that a weight would bring there
        for (std::size_t place = 10; place < trace.fused.size(); ++place) {
            const UnionDocument& document = trace.documents[static_cast<std::size_t>(trace.fused[place].document)];
            MissingDocument missing = under_fusion(about(trace, document.id, document.raw), trace);
            if (easiest_weight(missing)) return answered(std::move(now), std::move(missing));
        }
        return now;
    }
    MissingDocument missing = about(trace, "strawberry", std::vector<float>{2.5f, 2.1f, 0.39f});
    missing.title = "an audio player and music organiser";
    missing.depth_needed = 137;
    for (std::size_t expert = 0; expert < missing.experts.size(); ++expert) {
        missing.experts[expert].rank = expert == 1 ? 137 : static_cast<std::int64_t>(900 + 100 * expert);
        missing.experts[expert].candidate = false;
        missing.experts[expert].short_by = 1.25;
    }
    if (kind == SampleMissing::Search) {
        missing.experts[1].rank = 34;
        missing.experts[1].lost = true;
        missing.depth_needed = 200;
    }
    return answered(std::move(now), under_fusion(std::move(missing), trace));
}

} // namespace cameo

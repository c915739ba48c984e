#include "core/model/assembly/stream.hpp"

#include <algorithm>
#include <numeric>

namespace cameo {

namespace {

SparseVector sparse(std::span<const float> weights, std::int64_t keep) {
    SparseVector vector;
    for (std::size_t term = 0; term < weights.size(); ++term)
        if (weights[term] > 0) {
            vector.terms.push_back(std::int32_t(term));
            vector.weights.push_back(weights[term]);
        }
    if (keep == 0 || vector.terms.size() <= std::size_t(keep))
        return vector;
    // The heaviest; ties go to the lower term.
    std::vector<std::int32_t> terms = vector.terms;
    const auto heavier = [&](std::int32_t a, std::int32_t b) {
        const float wa = weights[std::size_t(a)], wb = weights[std::size_t(b)];
        return wa != wb ? wa > wb : a < b;
    };
    std::nth_element(terms.begin(), terms.begin() + keep, terms.end(), heavier);
    terms.resize(std::size_t(keep));
    std::sort(terms.begin(), terms.end());
    SparseVector kept{terms, {}};
    for (const auto term : terms)
        kept.weights.push_back(weights[std::size_t(term)]);
    return kept;
}

TokenVectors token_vectors(const Stream::Member& member, const EncoderInput& input, Role role, const float* rows) {
    TokenVectors vectors;
    vectors.width = std::int32_t(member.width);
    const auto width = std::size_t(member.width);
    for (std::size_t t = 0; t < input.ids.size(); ++t) {
        if (!member.filter.keeps(input.ids[t], role))
            continue;
        vectors.tokens.push_back(input.ids[t]);
        vectors.spans.push_back(input.spans[t]);
        vectors.rows.insert(vectors.rows.end(), rows + t * width, rows + (t + 1) * width);
    }
    // MaxSim is linear in the query's rows, so the mean over them is a matter of their length.
    if (role == Role::Query && member.spec.mean_similarity && vectors.count() > 0)
        for (float& x : vectors.rows)
            x /= float(vectors.count());
    return vectors;
}

/// Every kind of score is linear in the query's representation.
void multiply(Representation& query, float factor) {
    for (auto* numbers : {&query.sparse.weights, &query.tokens.rows, &query.pooled})
        for (float& x : *numbers)
            x *= factor;
}

} // namespace

void Stream::encode(std::span<const EncoderInput* const> inputs, Role role, const std::vector<bool>& wanted, Team* team,
                    std::span<Representation* const> out) const {
    PackedBatch batch;
    for (const auto* input : inputs)
        batch.add(input->ids, input->attended);
    const auto outputs = encoders.of(role).run(batch, wanted, team);
    for (std::size_t member_idx = 0; member_idx < members.size(); ++member_idx) {
        if (!wanted[member_idx])
            continue;
        const Member& member = members[member_idx];
        const auto width = std::size_t(member.width);
        const float* numbers = outputs[member_idx].data();
        for (std::size_t text = 0; text < inputs.size(); ++text) {
            Representation& to = out[text][member.expert_idx];
            to.truncated = inputs[text]->truncated;
            switch (member.spec.kind) {
            case ExpertKind::Lexical:
                to.sparse = sparse({numbers + text * width, width},
                                   role == Role::Query ? member.spec.query_terms : member.spec.document_terms);
                break;
            case ExpertKind::Local:
                to.tokens = token_vectors(member, *inputs[text], role,
                                          numbers + std::size_t(batch.offsets[text]) * width);
                break;
            case ExpertKind::Global: {
                const auto row = numbers + text * (width + member.logits);
                to.pooled.assign(row, row + width);
                if (member.shows_gate)
                    to.gate.assign(row + width, row + width + member.logits);
                break;
            }
            }
            if (role == Role::Query && member.spec.scale != 1)
                multiply(to, float(member.spec.scale));
        }
    }
}

} // namespace cameo

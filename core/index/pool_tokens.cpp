#include "core/index/pool_tokens.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"

#include <faiss/utils/distances.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kStretch = 1024; // rows: distances of all pairs are 4 MB

std::size_t groups_of(std::size_t rows, std::int32_t together) {
    const auto each = static_cast<std::size_t>(together);
    return (rows + each - 1) / each;
}

struct Merge {
    float distance;
    std::size_t a, b; ///< a row of either cluster
};

/// All merges of Ward's hierarchy over rows [n, width], by chains of nearest neighbours (Murtagh 1983): two clusters that are each
/// other's nearest are merged in the hierarchy, whatever the others are.
std::vector<Merge> ward_merges(std::span<const float> rows, std::size_t width) {
    const std::size_t n = rows.size() / width;
    std::vector<float> distances(n * n); // of clusters by their first row, squared at the start
    for (std::size_t row = 0; row < n; ++row)
        faiss::fvec_L2sqr_ny(distances.data() + row * n, rows.data() + row * width, rows.data(), width, n);
    std::vector<std::size_t> alive(n), size(n, 1), chain;
    std::iota(alive.begin(), alive.end(), std::size_t{0});
    std::vector<Merge> merges;
    while (alive.size() > 1) {
        if (chain.empty()) chain.push_back(alive.front());
        const std::size_t tip = chain.back(), before = chain.size() > 1 ? chain[chain.size() - 2] : n;
        std::size_t nearest = before; // of equally near ones: else the chain could run in a circle
        float least = before < n ? distances[tip * n + before] : std::numeric_limits<float>::infinity();
        for (const auto other : alive)
            if (other != tip && (nearest == n || distances[tip * n + other] < least)) {
                nearest = other;
                least = distances[tip * n + other];
            }
        if (nearest != before) {
            chain.push_back(nearest);
            continue;
        }
        chain.resize(chain.size() - 2);
        const auto [kept, gone] = std::minmax({tip, nearest});
        merges.push_back({least, kept, gone});
        std::erase(alive, gone);
        for (const auto other : alive) { // Lance and Williams
            if (other == kept) continue;
            const auto a = static_cast<float>(size[kept]), b = static_cast<float>(size[gone]), c = static_cast<float>(size[other]);
            const float merged = ((a + c) * distances[kept * n + other] + (b + c) * distances[gone * n + other] - c * least) / (a + b + c);
            distances[kept * n + other] = distances[other * n + kept] = merged;
        }
        size[kept] += size[gone];
    }
    return merges;
}

/// [n]: the group of each row, named by its first one.
std::vector<std::size_t> group(std::span<const float> rows, std::size_t width, std::size_t groups) {
    const std::size_t n = rows.size() / width;
    auto merges = ward_merges(rows, width);
    std::ranges::stable_sort(merges, {}, &Merge::distance);
    merges.resize(n - groups);
    std::vector<std::size_t> first(n);
    std::iota(first.begin(), first.end(), std::size_t{0});
    const auto find = [&](std::size_t row) {
        while (first[row] != row)
            row = first[row] = first[first[row]];
        return row;
    };
    for (const Merge& merge : merges) {
        const auto [a, b] = std::minmax({find(merge.a), find(merge.b)});
        first[b] = a;
    }
    for (std::size_t row = 0; row < n; ++row)
        first[row] = find(row);
    return first;
}

/// The means of the groups of rows begin to end - 1, by the tokens that name them.
void pool_stretch(const TokenVectors& tokens, std::size_t begin, std::size_t end, std::int32_t together, bool unit, TokenVectors& to) {
    const auto width = static_cast<std::size_t>(tokens.width);
    const std::span rows = std::span(tokens.rows).subspan(begin * width, (end - begin) * width);
    const std::size_t n = end - begin;
    const auto group_of = group(rows, width, groups_of(n, together));
    std::vector<float> means(rows.size(), 0.0f), least(n, std::numeric_limits<float>::infinity());
    std::vector<std::size_t> members(n, 0), named_by(n);
    for (std::size_t row = 0; row < n; ++row) {
        ++members[group_of[row]];
        for (std::size_t h = 0; h < width; ++h)
            means[group_of[row] * width + h] += rows[row * width + h];
    }
    for (std::size_t of = 0; of < n; ++of) {
        if (members[of] == 0) continue;
        const std::span mean = std::span(means).subspan(of * width, width);
        const float length = std::sqrt(faiss::fvec_norm_L2sqr(mean.data(), width));
        const float by = unit && length > 0 ? length : static_cast<float>(members[of]);
        for (float& value : mean)
            value /= by;
    }
    for (std::size_t row = 0; row < n; ++row) {
        const std::size_t of = group_of[row];
        const float distance = faiss::fvec_L2sqr(rows.data() + row * width, means.data() + of * width, width);
        if (distance >= least[of] * 0.9999f) continue; // as near as an earlier one, but for rounding
        least[of] = distance;
        named_by[of] = row;
    }
    for (std::size_t row = 0; row < n; ++row) {
        const std::size_t of = group_of[row];
        if (named_by[of] != row) continue;
        to.rows.insert(to.rows.end(), means.begin() + static_cast<std::ptrdiff_t>(of * width), means.begin() + static_cast<std::ptrdiff_t>((of + 1) * width));
        to.tokens.push_back(tokens.tokens[begin + row]);
        to.spans.push_back(tokens.spans[begin + row]);
    }
}

} // namespace

std::size_t pooled_count(std::size_t rows, std::int32_t together) {
    if (together <= 1 || rows <= 1) return rows;
    return 1 + (rows - 1) / kStretch * groups_of(kStretch, together) + groups_of((rows - 1) % kStretch, together);
}

void pool_tokens(TokenVectors& tokens, std::int32_t together) {
    check(together >= 1, "pool_tokens: no tokens together");
    const auto width = static_cast<std::size_t>(tokens.width);
    const std::size_t count = tokens.count();
    if (together == 1 || count <= 2) return;
    const bool unit = are_of_unit_length(tokens.rows, width);
    TokenVectors pooled;
    pooled.width = tokens.width;
    pooled.rows.assign(tokens.rows.begin(), tokens.rows.begin() + static_cast<std::ptrdiff_t>(width));
    pooled.tokens.push_back(tokens.tokens.front());
    pooled.spans.push_back(tokens.spans.front());
    for (std::size_t begin = 1; begin < count; begin += kStretch)
        pool_stretch(tokens, begin, std::min(begin + kStretch, count), together, unit, pooled);
    tokens = std::move(pooled);
}

void pool_documents(std::span<std::vector<Representation>> documents, std::span<const StoredExpert> experts) {
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx) {
        const auto together = experts[expert_idx].pooling;
        if (together <= 1) continue;
        parallel_for(documents.size(), 16, [&](std::size_t begin, std::size_t end) {
            for (auto document = begin; document < end; ++document)
                pool_tokens(documents[document][expert_idx].tokens, together);
        });
    }
}

} // namespace cameo

#pragma once

#include "core/index/index.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// What the model made of the documents at some earlier step, and for each training query the hard ones among them:
/// where the experts' ranks of a positive are told apart. Among the few documents of a batch all experts rank it first.
struct Bank {
    std::shared_ptr<const Index> index;
    std::vector<std::vector<std::int32_t>> candidates; ///< [training queries] without the query's right documents

    /// Rank of `positive` among it and the query's candidates, each scored against the query as it is now; from 1, ties
    /// averaged (competition.hpp).
    /// @param query [E] by the index's experts   @return [E]
    std::vector<double> ranks(std::size_t query_idx, std::int32_t positive, std::span<const Representation> query) const;
};

} // namespace cameo

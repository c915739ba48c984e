#pragma once

#include "core/index/forward_store.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace cameo {

/// Token pooling (Clavié, Chaffin and Adams, arXiv 2409.14683): a document keeps the means of groups of token vectors that are
/// alike, so that `together` tokens have about one vector. Groups are Ward's clusters; the first row, a marker that stands for the
/// text as a whole, remains by itself. Where all rows are of unit length their means are brought to it. A mean is named by the
/// token of its group that is nearest to it, and stands where that one does. Long documents are pooled by stretches of 1024 rows.
/// The same rows give the same means.
void pool_tokens(TokenVectors& tokens, std::int32_t together);

/// How many rows remain of so many.
std::size_t pooled_count(std::size_t rows, std::int32_t together);

/// Pools what an encoder made of documents, [D][E], as these experts keep it. On both cores.
void pool_documents(std::span<std::vector<Representation>> documents, std::span<const StoredExpert> experts);

} // namespace cameo

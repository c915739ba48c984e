#pragma once

#include "core/data/collection.hpp"
#include "core/model/representation.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

struct MapPlace {
    float x = 0, y = 0;
};

enum class MapLayout {
    Directions, ///< the two main components (PCA): far apart is far apart, near may be far in other directions
    Neighbours, ///< UMAP: near is near, distances between groups mean little
};

/// Documents of an index in two dimensions under one expert's representation. A picture of the space, which has hundreds of
/// dimensions: who is near whom is asked in the space itself.
struct DocumentMap {
    std::string model, model_version, collection, collection_version;
    std::string expert;
    std::size_t expert_idx = 0;
    ExpertKind kind = ExpertKind::Global;
    MapLayout layout = MapLayout::Directions;
    std::vector<DocumentOrdinal> documents; ///< [D] those laid out, ascending
    std::vector<std::string> ids;           ///< [D]
    std::vector<MapPlace> places;           ///< [D]
    std::vector<std::string> sections;      ///< [D] field "section"; empty where there is none
    std::vector<std::int32_t> first_choice; ///< [D] of an SB-MoE model's gate; empty: it has none
    std::int64_t left_out = 0;              ///< documents of the index that are not laid out
    std::array<double, 2> variance{};       ///< share of all variance along the two axes
    double trust = 1;                       ///< Neighbours: trustworthiness() of 15 neighbours, of some of the documents
    std::vector<float> mean;                ///< [W] of the vectors
    std::array<std::vector<float>, 2> axes; ///< [W] of length 1
    std::vector<float> rows;                ///< Neighbours: [D, W] the vectors

    /// Where a text stands that this expert has read. Neighbours: in the middle of those documents that are nearest to it; O(D W).
    MapPlace place(const Representation& text) const;
};

/// One vector for a representation, W = 256 for lexical ones: Global, the pooled vector; Local, the mean of the token vectors;
/// Lexical, the weights summed into 256 places with a sign, both by a hash of the term (which keeps inner products on average).
std::vector<float> map_vector(const Representation& text, ExpertKind kind);

} // namespace cameo

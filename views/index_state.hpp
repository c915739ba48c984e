#pragma once

#include "core/index/index.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cameo {

/// Where an index is and how its experts find documents: what a person may choose (docs/index.md, docs/milvus.md).
struct IndexSettings {
    bool in_milvus = false;        ///< its documents are in a Milvus server; else on this machine
    std::string address;           ///< of that server, "milvus://host:port"
    bool graph_in_milvus = false;  ///< the server finds pooled vectors by a graph; else exactly
    std::int32_t local_bits = 0;   ///< as IndexOptions
    std::int32_t token_pooling = 1; ///< as IndexOptions
    std::string global_structure;  ///< FAISS's factory string; "": by size
    bool seismic = false;          ///< sparse vectors are found approximately
    bool operator==(const IndexSettings&) const = default;
};

/// The index of the model and collection in use, and what somebody wants it to be.
struct IndexPlan {
    bool is_there = false;    ///< whole or in part
    IndexSettings first;      ///< as it is; where there is none, as one is made by default
    IndexSettings wanted;     ///< `first` until somebody changes it
    std::uint64_t memory = 0; ///< bytes that a build may take; 0: no limit
    std::string refusal;      ///< why it cannot be built like that
    bool holds_token = false; ///< a token for the server was typed in
    std::optional<IndexForecast> forecast; ///< of the build that runs, once it knows

    bool changed() const { return wanted != first; }
};

} // namespace cameo

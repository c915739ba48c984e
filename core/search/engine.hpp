#pragma once

#include "core/data/collection.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/model.hpp"
#include "core/search/trace.hpp"

#include <memory>
#include <string>

namespace cameo {

struct QueryRequest {
    std::string text;
    FusionSpec fusion;
    std::int32_t depth = 100;   ///< candidates of each expert
    std::int32_t ledgers = 10;  ///< how many of the best fused documents are opened at once
    std::string split = "test"; ///< where to look for judgments when the text is one of the collection's queries
};

/// Longest query that is read; more is cut with query_truncated set. (Experts read far less.)
inline constexpr std::size_t kMaxQueryBytes = 64 * 1024;

/// One model, one collection and their index, ready to answer. Immutable; thread-safe.
class SearchEngine {
public:
    /// @throws Error when the index was made by another version of the model or the collection.
    SearchEngine(std::shared_ptr<const Model> model, std::shared_ptr<const Collection> collection,
                 std::shared_ptr<const Index> index);

    /// Text to tokens, each expert's representation, each expert's candidates, their union, every expert's score of
    /// every document of the union, fusion, ledgers. Invalid UTF-8 is read as U+FFFD.
    /// @throws Error(InvalidInput) when nothing is left of the text; Cancelled.
    Trace run(const QueryRequest& request, Progress& progress) const;

    /// The ledger of any document of the collection under a trace of this engine, inside the union or outside.
    /// @throws Error(NotFound) when there is no such id.
    Ledger explain(const Trace& trace, std::string_view document_id) const;

    const Model& model() const { return *m_model; }
    const Collection& collection() const { return *m_collection; }
    const Index& index() const { return *m_index; }

private:
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Collection> m_collection;
    std::shared_ptr<const Index> m_index;
};

} // namespace cameo

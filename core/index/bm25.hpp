#pragma once

#include "core/data/collection.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct Bm25Options {
    double k1 = 1.2;
    double b = 0.75;
};

/// BM25 in Lucene's form: idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5)), tf part f / (f + k1 (1 - b + b len /
/// avglen)), over analyze() of title and text. Immutable; thread-safe.
class Bm25 {
public:
    static std::shared_ptr<const Bm25> build(const Collection& collection, const Bm25Options& options,
                                             Progress& progress);
    /// Loads from `file` when it fits the collection's version, else builds and writes it there. When it is
    /// damaged, or cannot be written and serves from memory, `remark`, where given, says why.
    static std::shared_ptr<const Bm25> load_or_build(const std::filesystem::path& file,
                                                     const Collection& collection, Progress& progress,
                                                     std::string* remark = nullptr);
    virtual ~Bm25() = default;

    /// At most k documents with a score above 0, best first.
    virtual std::vector<ScoredDocument> search(std::string_view query, std::size_t k) const = 0;
    virtual std::int64_t documents() const = 0;
};

} // namespace cameo

#pragma once

#include "core/index/section_file.hpp"

#include <faiss/IndexHNSW.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// The links of HNSW between vectors that lie elsewhere, by inner product. FAISS builds and walks it.
class HnswGraph {
public:
    static constexpr int kLinks = 32;

    /// @param rows [N] of `width` values each; they and their pointers stay where they are
    HnswGraph(std::span<const float* const> rows, std::size_t width);
    ~HnswGraph();

    /// The next rows, in their order. @param values [N, width], the same as at those rows
    void add(std::size_t count, const float* values);
    /// Section `first_section` and those after it. @throws Error naming the file when they contradict each other or lead
    /// outside of the rows.
    void read(const SectionFile& file, std::size_t first_section);
    void write_to(SectionWriter& writer) const; ///< the graph has to stay until the writer writes
    std::uint64_t bytes() const;

    faiss::Index& index();

private:
    class Rows;
    std::unique_ptr<Rows> m_rows;
    std::unique_ptr<faiss::IndexHNSW> m_index;
    mutable std::vector<std::int32_t> m_entry; ///< where a search begins, for the writer
};

} // namespace cameo

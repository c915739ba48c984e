#include "core/milvus/load_record.hpp"

#include "core/base/error.hpp"
#include "core/index/global_product.hpp"
#include "core/index/section_file.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr SectionKind kLoadKind = section_kind("LOAD");
constexpr std::uint32_t kLoadVersion = 1;
enum LoadSection : std::size_t { CollectionSection, NumbersSection, BatchSection, CountedSection, LongestSection, FirstPostings };

} // namespace

LoadRecord::LoadRecord(std::string name, std::span<const StoredExpert> experts) : collection(std::move(name)), tallies(experts.size()) {
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
        if (experts[expert_idx].kind == ExpertKind::Lexical) tallies[expert_idx].postings.resize(static_cast<std::size_t>(experts[expert_idx].width));
}

void LoadRecord::add(const Shard& shard) {
    const auto& info = shard.info();
    const Batch batch{info.first, info.documents, info.content};
    batches.insert(std::ranges::upper_bound(batches, batch.first, {}, &Batch::first), batch);
    const auto place = std::ranges::lower_bound(m_counted, batch.first);
    if (place != m_counted.end() && *place == batch.first) return;
    m_counted.insert(place, batch.first);
    for (std::size_t expert_idx = 0; expert_idx < tallies.size(); ++expert_idx) {
        auto& tally = tallies[expert_idx];
        tally.entries += shard.entries(expert_idx);
        tally.bytes += static_cast<std::int64_t>(shard.bytes(expert_idx));
        for (std::int64_t local = 0; local < info.documents; ++local) {
            tally.truncated += shard.truncated(expert_idx, local) ? 1 : 0;
            if (shard.info().experts[expert_idx].kind == ExpertKind::Global) {
                const auto vector = shard.pooled(expert_idx, local);
                tally.longest = std::max(tally.longest, std::sqrt(global_product(vector, vector)));
            }
            if (tally.postings.empty()) continue;
            for (const auto term : shard.sparse(expert_idx, local).terms) ++tally.postings[static_cast<std::size_t>(term)];
        }
    }
}

void LoadRecord::forget(const Batch& batch) { std::erase(batches, batch); }

std::int64_t LoadRecord::documents() const {
    std::int64_t sum = 0;
    for (const auto& batch : batches) sum += batch.documents;
    return sum;
}

void LoadRecord::write(const std::filesystem::path& folder) const {
    std::vector<std::int64_t> numbers{begun};
    for (const auto& tally : tallies) numbers.insert(numbers.end(), {tally.entries, tally.truncated, tally.bytes});
    std::vector<std::uint64_t> flat;
    for (const auto& batch : batches) flat.insert(flat.end(), {static_cast<std::uint64_t>(batch.first), static_cast<std::uint64_t>(batch.documents), batch.content});
    std::vector<float> longest;
    for (const auto& tally : tallies) longest.push_back(tally.longest);
    SectionWriter writer(kLoadKind, kLoadVersion);
    writer.add(collection);
    writer.add(numbers);
    writer.add(flat);
    writer.add(m_counted);
    writer.add(longest);
    for (const auto& tally : tallies) writer.add(tally.postings);
    writer.write(path(folder));
}

std::optional<LoadRecord> LoadRecord::read(const std::filesystem::path& folder, const std::string& collection, std::span<const StoredExpert> experts) {
    std::error_code unreadable;
    if (!std::filesystem::exists(path(folder), unreadable)) return {};
    try {
        const auto file = SectionFile::open(path(folder), kLoadKind, kLoadVersion);
        file->verify_all();
        LoadRecord record(collection, {});
        record.tallies.resize(experts.size());
        const auto numbers = file->section<std::int64_t>(NumbersSection);
        const auto flat = file->section<std::uint64_t>(BatchSection);
        if (file->text(CollectionSection) != collection || numbers.size() != 1 + 3 * experts.size() || flat.size() % 3 != 0) return {};
        const auto longest = file->section<float>(LongestSection);
        if (longest.size() != experts.size()) return {};
        record.begun = numbers[0];
        for (std::size_t at = 0; at < flat.size(); at += 3) record.batches.push_back({static_cast<std::int64_t>(flat[at]), static_cast<std::int64_t>(flat[at + 1]), flat[at + 2]});
        const auto counted = file->section<std::int64_t>(CountedSection);
        record.m_counted.assign(counted.begin(), counted.end());
        for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx) {
            auto& tally = record.tallies[expert_idx];
            tally.entries = numbers[1 + 3 * expert_idx];
            tally.truncated = numbers[2 + 3 * expert_idx];
            tally.bytes = numbers[3 + 3 * expert_idx];
            tally.longest = longest[expert_idx];
            const auto postings = file->section<std::int64_t>(FirstPostings + expert_idx);
            // The width is another file's word: memory is taken for what this one has.
            if (postings.size() != (experts[expert_idx].kind == ExpertKind::Lexical ? static_cast<std::size_t>(experts[expert_idx].width) : 0)) return {};
            tally.postings.assign(postings.begin(), postings.end());
        }
        return record;
    } catch (const Error& problem) {
        if (problem.kind() == ErrorKind::Environment) throw;
        return {};
    }
}

} // namespace cameo

#include "core/train/mining.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"
#include "core/index/section_file.hpp"
#include "core/search/retrieval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cameo {

namespace {

constexpr SectionKind kKind = section_kind("MINE");
constexpr std::uint32_t kVersion = 1;
constexpr const char *kIndex = "index", *kLists = "lists.sections"; ///< of a round's folder
constexpr std::size_t kEncodedAtOnce = 256;

using Lists = std::vector<std::vector<std::int32_t>>;

struct Flat {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::int32_t> documents;
};

Flat flat(const Lists& lists) {
    Flat all;
    for (const auto& list : lists) {
        all.documents.insert(all.documents.end(), list.begin(), list.end());
        all.offsets.push_back(all.documents.size());
    }
    return all;
}

Lists lists_in(const SectionFile& file, std::size_t section, std::size_t queries, std::int64_t collection_size) {
    const auto offsets = file.section<std::uint64_t>(section);
    const auto documents = file.section<std::int32_t>(section + 1);
    if (offsets.size() != queries + 1 || offsets.front() != 0 || offsets.back() != documents.size() ||
        !std::ranges::is_sorted(offsets))
        file.damaged("its lists are not those of the training's queries");
    if (std::ranges::any_of(documents, [&](std::int32_t d) { return d < 0 || d >= collection_size; }))
        file.damaged("it names a document that the collection does not have");
    Lists lists;
    for (std::size_t q = 0; q < queries; ++q)
        lists.emplace_back(documents.begin() + std::ptrdiff_t(offsets[q]), documents.begin() + std::ptrdiff_t(offsets[q + 1]));
    return lists;
}

struct Found {
    std::vector<std::int32_t> negatives, candidates;
    std::int64_t kept = 0, left_out = 0;
    std::int64_t compared = 0, above = 0; ///< of those kept: with a right document's score beside theirs, and above it
};

Found look_up(const SearchEngine& engine, const FusionSpec& fusion, std::span<const Representation> query,
              const TrainingQuery& asked, const Recipe& recipe, Progress& progress) {
    const auto depth = std::max(recipe.negatives_depth, recipe.competition_depth) + std::int64_t(asked.positives.size());
    const Retrieval all = retrieve(engine, query, std::int32_t(std::min<std::int64_t>(depth, 1'000'000)), progress);
    const std::size_t documents = all.documents.size(), experts = query.size();
    std::vector<std::size_t> tie_order(documents);
    std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
    std::vector<double> used(all.raw.size()), fused(documents);
    std::vector<std::int32_t> ranks(all.raw.size());
    fuse(fusion, all.raw, experts, tie_order, used, fused, ranks);
    std::vector<bool> right(documents, false);
    double best_right = -std::numeric_limits<double>::infinity();
    for (std::size_t d = 0; d < documents; ++d) {
        right[d] = std::ranges::find(asked.positives, std::int32_t(all.documents[d])) != asked.positives.end();
        if (right[d])
            best_right = std::max(best_right, fused[d]);
    }
    // A share of a score means something above 0 only; a right document that nobody found rules nothing out.
    const double limit = best_right > 0 ? recipe.false_negative_margin * best_right : std::numeric_limits<double>::infinity();
    Found found;
    std::vector<bool> negative(documents, false), candidate(documents, false);
    for (const auto& hits : all.hits) {
        std::int64_t taken = 0;
        for (const auto hit : hits) {
            const auto d = std::size_t(hit);
            if (right[d])
                continue;
            candidate[d] = candidate[d] || taken < recipe.competition_depth;
            negative[d] = negative[d] || taken < recipe.negatives_depth;
            ++taken;
        }
    }
    for (std::size_t d = 0; d < documents; ++d) {
        if (candidate[d])
            found.candidates.push_back(std::int32_t(all.documents[d]));
        if (!negative[d])
            continue;
        if (fused[d] > limit) {
            ++found.left_out;
        } else {
            ++found.kept;
            found.compared += std::isfinite(best_right);
            found.above += std::isfinite(best_right) && fused[d] > best_right;
            found.negatives.push_back(std::int32_t(all.documents[d]));
        }
    }
    std::ranges::sort(found.negatives);
    std::ranges::sort(found.candidates);
    return found;
}

} // namespace

std::optional<Mined> read_mined(const std::filesystem::path& folder, const std::shared_ptr<const Collection>& collection,
                                const std::vector<TrainingQuery>& queries, Progress& progress) {
    const auto lists_at = folder / kLists;
    if (!std::filesystem::exists(lists_at))
        return std::nullopt;
    const auto file = SectionFile::open(lists_at, kKind, kVersion);
    file->verify_all();
    Mined mined;
    auto bank = std::make_shared<Bank>();
    bank->candidates = lists_in(*file, 0, queries.size(), collection->size());
    mined.negatives = lists_in(*file, 2, queries.size(), collection->size());
    const auto counts = file->section<double>(4);
    if (counts.size() != 2 && counts.size() != 3) // an earlier version has two
        file->damaged("its counts are missing");
    mined.queries = std::int64_t(counts[0]);
    mined.left_out = counts[1];
    if (counts.size() > 2)
        mined.above = counts[2];
    bank->index = Index::open(folder / kIndex, progress);
    mined.bank = std::move(bank);
    return mined;
}

Mined mine(const std::filesystem::path& model_folder, std::shared_ptr<const Collection> collection,
           const std::vector<TrainingQuery>& queries, const std::vector<std::uint32_t>& wanted, const Recipe& recipe,
           const std::filesystem::path& folder, Progress& progress) {
    const bool can_be_made = std::filesystem::exists(model_folder / "model.json");
    try {
        if (auto found = read_mined(folder, collection, queries, progress))
            return std::move(*found);
    } catch (const Error& damaged) {
        const bool is_damage = damaged.kind() == ErrorKind::InvalidInput || damaged.kind() == ErrorKind::NotFound;
        if (!is_damage || !can_be_made)
            throw;
        std::filesystem::remove_all(folder); // what follows makes it again
    }
    if (!can_be_made)
        throw Error(ErrorKind::NotFound, folder.string() + ": what was mined is not there, and the checkpoint that it was "
                                                           "made of is gone");
    Mined mined;
    auto bank = std::make_shared<Bank>();
    const auto index_at = folder / kIndex;
    const auto model = Model::load(model_folder);
    build_index(*model, *collection, index_at, {}, progress);
    bank->index = Index::open(index_at, progress);
    const SearchEngine engine(model, collection, bank->index);
    const auto fusion = parse_fusion(model->default_fusion());
    bank->candidates.resize(queries.size());
    mined.negatives.resize(queries.size());
    std::int64_t kept = 0, left_out = 0, compared = 0, above = 0;
    progress.begin("looking for hard negatives", Unit::Queries, std::int64_t(wanted.size()));
    for (std::size_t first = 0; first < wanted.size(); first += kEncodedAtOnce) {
        const std::size_t count = std::min(kEncodedAtOnce, wanted.size() - first);
        std::vector<std::string> texts;
        for (std::size_t at = first; at < first + count; ++at)
            texts.push_back(queries[wanted[at]].text);
        Progress unseen(progress.stop_token());
        const auto encoded = model->encode(texts, Role::Query, unseen);
        for (std::size_t at = 0; at < count; ++at) {
            const auto query = wanted[first + at];
            auto found = look_up(engine, fusion, encoded[at], queries[query], recipe, progress);
            kept += found.kept;
            left_out += found.left_out;
            compared += found.compared;
            above += found.above;
            mined.negatives[query] = std::move(found.negatives);
            bank->candidates[query] = std::move(found.candidates);
            progress.advance();
        }
    }
    mined.queries = std::int64_t(wanted.size());
    mined.left_out = kept + left_out > 0 ? double(left_out) / double(kept + left_out) : 0;
    mined.above = compared > 0 ? double(above) / double(compared) : 0;
    const Flat candidates = flat(bank->candidates), negatives = flat(mined.negatives);
    const std::vector<double> counts{double(mined.queries), mined.left_out, mined.above};
    SectionWriter writer(kKind, kVersion);
    writer.add(candidates.offsets);
    writer.add(candidates.documents);
    writer.add(negatives.offsets);
    writer.add(negatives.documents);
    writer.add(counts);
    writer.write(folder / kLists);
    mined.bank = std::move(bank);
    return mined;
}

Lists merge_negatives(const std::string& from, const Lists& given, const Lists& mined) {
    Lists merged = given;
    for (std::size_t q = 0; q < merged.size(); ++q) {
        if (from == "bm25" || from == "teacher" || mined[q].empty())
            continue;
        if (from == "mined")
            merged[q].clear();
        merged[q].insert(merged[q].end(), mined[q].begin(), mined[q].end());
        std::ranges::sort(merged[q]);
        merged[q].erase(std::ranges::unique(merged[q]).begin(), merged[q].end());
    }
    return merged;
}

} // namespace cameo

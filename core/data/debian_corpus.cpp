#include "core/data/debian_corpus.hpp"

#include "core/base/fnv.hpp"
#include "core/base/sha256.hpp"
#include "core/data/columns.hpp"
#include "core/text/analyzer.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <unordered_set>

namespace cameo {

namespace {

constexpr std::int64_t kLeastCharacters = 200;
constexpr std::int64_t kMostCharacters = 2000;

bool is_tail(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (auto& letter : result)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
    return result;
}

/// Libraries, headers, documentation, data and the like: thousands of packages that nobody looks for by what
/// they do.
bool is_for_other_packages(std::string_view name) {
    constexpr std::array<std::string_view, 4> kSuffixes{"-dev", "-doc", "-dbg", "-data"};
    constexpr std::array<std::string_view, 5> kPrefixes{"lib", "golang-", "node-", "ruby-", "r-"};
    const auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
    const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
    return std::ranges::any_of(kSuffixes, ends) || std::ranges::any_of(kPrefixes, begins) ||
           name.find("-l10n") != std::string_view::npos;
}

/// Packages that stand for others and describe nothing.
bool is_empty(const DebianPackage& package) {
    constexpr std::array<std::string_view, 5> kWords{"transitional", "dummy package", "metapackage",
                                                     "meta-package", "meta package"};
    if (package.section == "metapackages") return true;
    auto text = lower(package.synopsis);
    for (const auto& paragraph : package.paragraphs)
        text.append(1, '\n').append(lower(paragraph));
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// Hashes of the paragraphs that packages of two sources, or more than so many of one, have: boilerplate.
std::unordered_set<std::uint64_t> shared_paragraphs(const std::vector<DebianPackage>& packages, std::int32_t most_of_a_source) {
    struct Seen {
        std::uint64_t source = 0;
        std::int32_t packages = 0;
        bool shared = false;
    };
    std::unordered_map<std::uint64_t, Seen> seen;
    for (const auto& package : packages) {
        const auto source = fnv1a(package.source);
        std::unordered_set<std::uint64_t> own;
        for (const auto& paragraph : package.paragraphs)
            own.insert(fnv1a(lower(paragraph)));
        for (const auto hash : own) {
            auto& entry = seen[hash];
            if (entry.packages == 0) entry.source = source;
            entry.shared = entry.shared || entry.source != source || ++entry.packages > most_of_a_source;
        }
    }
    std::unordered_set<std::uint64_t> shared;
    for (const auto& [hash, entry] : seen)
        if (entry.shared) shared.insert(hash);
    return shared;
}

std::string own_text(const DebianPackage& package, const std::unordered_set<std::uint64_t>& shared) {
    std::string text;
    for (const auto& paragraph : package.paragraphs) {
        if (shared.contains(fnv1a(lower(paragraph)))) continue;
        if (!text.empty()) text += "\n\n";
        text += paragraph;
    }
    return text;
}

std::string capped(std::string text) {
    if (characters(text) <= kMostCharacters) return text;
    std::size_t end = 0;
    for (std::int64_t count = 0; count < kMostCharacters; ++count)
        do
            ++end;
        while (end < text.size() && is_tail(text[end]));
    const auto space = text.find_last_of(" \n", end);
    text.resize(space != std::string::npos && space + 100 > end ? space : end);
    return text;
}

struct Candidate {
    const DebianPackage* package = nullptr;
    std::string text;
};

/// Of each source the package of its name, else the one with the most text, else the first by name.
std::vector<Candidate> one_of_each_source(std::vector<Candidate> candidates) {
    const auto better = [](const Candidate& a, const Candidate& b) {
        const bool a_main = a.package->name == a.package->source,
                   b_main = b.package->name == b.package->source;
        if (a_main != b_main) return a_main;
        if (a.text.size() != b.text.size()) return a.text.size() > b.text.size();
        return a.package->name < b.package->name;
    };
    std::unordered_map<std::string_view, std::size_t> best;
    for (std::size_t place = 0; place < candidates.size(); ++place) {
        const auto [entry, fresh] = best.emplace(candidates[place].package->source, place);
        if (!fresh && better(candidates[place], candidates[entry->second])) entry->second = place;
    }
    std::vector<Candidate> kept;
    for (std::size_t place = 0; place < candidates.size(); ++place)
        if (best.at(candidates[place].package->source) == place) kept.push_back(std::move(candidates[place]));
    return kept;
}

/// The set of word 4-grams, sorted. Words are runs of letters and digits; other bytes than ASCII count as
/// letters.
std::vector<std::uint64_t> four_grams(std::string_view text) {
    std::vector<std::uint64_t> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(fnv1a(word));
        word.clear();
    };
    for (const char letter : lower(text)) {
        const bool part =
            (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || (letter & 0x80) != 0;
        if (part)
            word += letter;
        else
            end_word();
    }
    end_word();
    std::vector<std::uint64_t> grams;
    for (std::size_t first = 0; first + 4 <= words.size(); ++first)
        grams.push_back(fnv1a({reinterpret_cast<const char*>(&words[first]), 4 * sizeof words[first]}));
    std::sort(grams.begin(), grams.end());
    grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
    return grams;
}

/// Texts no two of which share half of their 4-grams, exactly, by an inverted index.
class DistinctTexts {
public:
    /// Takes the text unless it is a near-duplicate of one that was taken before.
    bool take(std::string_view text) {
        const auto grams = four_grams(text);
        std::vector<std::uint32_t> touched;
        for (const auto gram : grams) {
            const auto found = m_postings.find(gram);
            if (found == m_postings.end()) continue;
            for (const auto other : found->second)
                if (m_common[other]++ == 0) touched.push_back(other);
        }
        bool duplicate = false;
        for (const auto other : touched) {
            const auto together = grams.size() + m_sizes[other] - m_common[other];
            duplicate = duplicate || 2 * m_common[other] >= together;
            m_common[other] = 0;
        }
        if (duplicate) return false;
        for (const auto gram : grams)
            m_postings[gram].push_back(static_cast<std::uint32_t>(m_sizes.size()));
        m_sizes.push_back(grams.size());
        m_common.push_back(0);
        return true;
    }

private:
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> m_postings;
    std::vector<std::size_t> m_sizes;
    std::vector<std::uint32_t> m_common; ///< 4-grams in common with the text at hand, all 0 between two
};

std::vector<Candidate> without_near_duplicates(std::vector<Candidate> candidates, DistinctTexts& distinct, Progress& progress) {
    std::erase_if(candidates, [&](const Candidate& candidate) {
        progress.advance();
        return !distinct.take(candidate.text);
    });
    return candidates;
}

/// @param uses how many have each synopsis beside these candidates
std::vector<Candidate> with_synopses_of_their_own(std::vector<Candidate> candidates, std::unordered_map<std::string, int> uses = {}) {
    for (const auto& candidate : candidates)
        ++uses[lower(candidate.package->synopsis)];
    std::erase_if(candidates, [&](const Candidate& candidate) {
        const auto& synopsis = candidate.package->synopsis;
        return split_spaces(synopsis).size() < 3 || uses.at(lower(synopsis)) > 1;
    });
    return candidates;
}

DebianEntry entry_of(Candidate&& candidate) {
    const auto& package = *candidate.package;
    DebianEntry entry;
    entry.document.id = package.name;
    entry.document.text = capped(std::move(candidate.text));
    entry.document.fields = {
        {"section", package.section}, {"source", package.source}, {"synopsis", package.synopsis}};
    if (!package.tags.empty()) entry.document.fields["tags"] = package.tags;
    const double share = overlap_share(package.synopsis, entry.document.text);
    entry.query = {package.name, package.synopsis,
                   share >= 0.8   ? "lexical"
                   : share <= 0.5 ? "semantic"
                                  : "mixed"};
    entry.split = debian_split(package.source);
    return entry;
}

} // namespace

std::string_view debian_split(std::string_view source) {
    const auto digest = sha256(source);
    std::uint32_t first = 0;
    for (int byte = 0; byte < 4; ++byte)
        first = first << 8 | digest[static_cast<std::size_t>(byte)];
    const auto part = first % 10;
    return part < 8 ? "train" : part == 8 ? "dev" : "test";
}

std::vector<DebianEntry> select_debian(const std::vector<DebianPackage>& packages, DebianCounts& counts,
                                       Progress& progress) {
    const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
    progress.begin("choosing packages", Unit::Documents);
    const auto shared = shared_paragraphs(packages, 2);
    counts.described = count(packages);
    counts.shared_paragraphs = count(shared);
    std::vector<Candidate> candidates;
    for (const auto& package : packages) {
        if (package.raw_characters < kLeastCharacters) continue;
        ++counts.long_enough;
        if (is_for_other_packages(package.name) || is_empty(package)) continue;
        ++counts.by_name;
        if (auto text = own_text(package, shared); characters(text) >= kLeastCharacters)
            candidates.push_back({&package, std::move(text)});
    }
    counts.own_text = count(candidates);
    candidates = one_of_each_source(std::move(candidates));
    counts.one_a_source = count(candidates);
    DistinctTexts distinct;
    candidates = without_near_duplicates(std::move(candidates), distinct, progress);
    counts.distinct = count(candidates);
    candidates = with_synopses_of_their_own(std::move(candidates));
    counts.documents = count(candidates);

    progress.begin("sorting queries into categories", Unit::Documents, counts.documents);
    std::vector<DebianEntry> entries;
    for (auto& candidate : candidates) {
        entries.push_back(entry_of(std::move(candidate)));
        progress.advance();
    }
    const auto key = [](const DebianEntry& entry) {
        return std::pair(entry.split == "train", sha256("order " + entry.document.id));
    };
    std::vector<std::pair<decltype(key(entries.front())), std::size_t>> order;
    for (std::size_t place = 0; place < entries.size(); ++place)
        order.emplace_back(key(entries[place]), place);
    std::sort(order.begin(), order.end());
    std::vector<DebianEntry> ordered;
    for (const auto& [unused, place] : order)
        ordered.push_back(std::move(entries[place]));
    return ordered;
}

std::vector<DebianEntry> select_debian_training(const std::vector<DebianPackage>& packages,
                                                const std::vector<DebianEntry>& chosen, Progress& progress) {
    progress.begin("choosing packages to learn from", Unit::Documents);
    // One of each source is taken, so what its own packages have in common tells it from others.
    const auto shared = shared_paragraphs(packages, std::numeric_limits<std::int32_t>::max());
    std::unordered_set<std::string> sources;
    std::unordered_map<std::string, int> synopses;
    DistinctTexts distinct;
    for (const auto& entry : chosen) {
        sources.insert(entry.document.fields.at("source"));
        ++synopses[lower(entry.query.text)];
        distinct.take(entry.document.text);
        progress.advance();
    }
    std::vector<Candidate> candidates;
    for (const auto& package : packages) {
        if (package.raw_characters < kLeastCharacters || is_empty(package)) continue;
        if (sources.contains(package.source) || debian_split(package.source) != "train") continue;
        if (auto text = own_text(package, shared); characters(text) >= kLeastCharacters)
            candidates.push_back({&package, std::move(text)});
    }
    candidates = without_near_duplicates(one_of_each_source(std::move(candidates)), distinct, progress);
    candidates = with_synopses_of_their_own(std::move(candidates), std::move(synopses));
    std::vector<DebianEntry> entries;
    for (auto& candidate : candidates)
        entries.push_back(entry_of(std::move(candidate)));
    return entries;
}

} // namespace cameo

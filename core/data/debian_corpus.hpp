#pragma once

#include "core/data/collection.hpp"
#include "core/data/debian_stanza.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cameo {

/// One binary package with its long description.
struct DebianPackage {
    std::string name, source, section, tags, synopsis;
    std::vector<std::string> paragraphs; ///< plain text; list items on lines of their own
    std::int64_t raw_characters = 0;     ///< of the long description as the index has it
};

/// Joins apt's two kinds of files: Packages (name, source, section, tags, fingerprint of the description) and
/// Translation-en (the description). Packages first; of several versions of a package the first one counts.
class DebianIndex {
public:
    static std::vector<std::string> package_fields();
    static std::vector<std::string> translation_fields();
    void add_package(Stanza&& stanza);
    void add_translation(Stanza&& stanza);

    /// Those with a long description, in the order of their names.
    std::vector<DebianPackage> packages() &&;

private:
    struct Entry {
        DebianPackage package;
        std::string description_md5;
        bool described = false;
    };
    std::unordered_map<std::string, Entry> m_entries;
};

/// How many packages were left after each step of select_debian.
struct DebianCounts {
    std::int64_t described = 0;   ///< all with a long description
    std::int64_t long_enough = 0; ///< 200 characters or more
    std::int64_t by_name = 0;     ///< no libraries, headers, documentation, data, translations, metapackages
    std::int64_t own_text = 0;    ///< 200 characters or more without paragraphs that packages share
    std::int64_t one_a_source = 0;
    std::int64_t distinct = 0;  ///< near-duplicates out
    std::int64_t documents = 0; ///< with a synopsis of three words or more that no other one has
    std::int64_t shared_paragraphs = 0;
};

/// A document with the query that it answers.
struct DebianEntry {
    Document document; ///< title empty: the package's own name is no part of what models read
    Query query;
    std::string split; ///< "train", "dev", "test", by the source package's name
};

/// The demo corpus: document = own long description, query = synopsis. The order is fixed by names alone:
/// first the entries of test and dev, then those of train, each shuffled by a hash, so that the first n are a
/// smaller corpus with all its judgments and growth appends. Categories are by overlap_share, before any
/// model is run. Near-duplicates: Jaccard similarity >= 0.5 of the sets of word 4-grams, each 4-gram as its
/// 64-bit FNV-1a.
std::vector<DebianEntry> select_debian(const std::vector<DebianPackage>& packages, DebianCounts& counts,
                                       Progress& progress);

/// Further entries to learn from, all of the train split: libraries, headers, documentation and the like, one of each
/// source that `chosen` (what select_debian has given) has none of, with 200 characters of their own, and neither a
/// text nor a synopsis that is there already.
std::vector<DebianEntry> select_debian_training(const std::vector<DebianPackage>& packages,
                                                const std::vector<DebianEntry>& chosen, Progress& progress);

/// int(sha256(source)[:8], 16) % 10: 0 to 7 train, 8 dev, 9 test.
std::string_view debian_split(std::string_view source);

} // namespace cameo

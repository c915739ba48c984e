#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cameo {

enum class GlossaryGroup { Searching, Experts, Fusion, Measuring, Gate, Competition, Training, Findings, Window };
inline constexpr int kGlossaryGroups = 9;
std::string_view name(GlossaryGroup group); ///< "Searching", "The gate", …

/// A word that is not everyday language, or that is used here in one sense only. The window, docs/glossary.md and
/// `cameo glossary` all say what stands here.
struct GlossaryTerm {
    std::string_view name;    ///< "MaxSim"
    std::string_view plain;   ///< for people who have never heard of it: one or two sentences
    std::string_view exact;   ///< what is computed or kept, for those who have; may be empty
    std::string_view formula; ///< as it is computed; may be empty
    /// How else it is written, between bars. An s may follow each, as it may the name. Letters of either case; behind an = as they
    /// stand, where the small word means something else ("=MAP").
    std::string_view forms;
    std::string_view see;     ///< names of other terms, between bars
    GlossaryGroup group = GlossaryGroup::Searching;
};

/// All terms, by group, in an order that can be read from the beginning.
std::span<const GlossaryTerm> glossary();
/// The parts of a text between bars; none of an empty one.
std::vector<std::string_view> between_bars(std::string_view text);

/// The term that is called so, or written so; null: none.
const GlossaryTerm* find_term(std::string_view words);

struct TermPlace {
    const GlossaryTerm* term = nullptr;
    std::size_t begin = 0, end = 0; ///< bytes of the text
};
/// The term whose words stand in a text at a byte: of several, the longest. Whole words only.
std::optional<TermPlace> term_at(std::string_view text, std::size_t byte);

/// A word that is not used for a term, so that one thing has one name.
struct OtherWord {
    std::string_view word;    ///< "pane"; as whole words, letters of either case, an s may follow
    std::string_view instead; ///< a term's name
    std::string_view reason;
};
std::span<const OtherWord> other_words();

// What glossary() is made of.
namespace terms {
std::span<const GlossaryTerm> of_searching();
std::span<const GlossaryTerm> of_measuring();
std::span<const GlossaryTerm> of_training();
std::span<const GlossaryTerm> of_the_window();
} // namespace terms

} // namespace cameo

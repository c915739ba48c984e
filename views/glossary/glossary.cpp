#include "views/glossary/glossary.hpp"

#include "core/base/ignoring_case.hpp"

#include <algorithm>
#include <array>

namespace cameo {
namespace {

/// One way to write a term.
struct Form {
    std::string_view words;
    bool as_it_stands = false; ///< letters have to be of this case
    const GlossaryTerm* term = nullptr;
};

const std::vector<Form>& all_forms() {
    static const std::vector<Form> forms = [] {
        std::vector<Form> made;
        for (const GlossaryTerm& term : glossary()) {
            // A name that is small letters alone may stand in capitals at a beginning; "MAP" and "ALL" are words of their own.
            const bool shouted = std::ranges::none_of(term.name, [](char letter) { return letter >= 'a' && letter <= 'z'; });
            made.push_back({term.name, shouted, &term});
            for (std::string_view form : between_bars(term.forms)) {
                const bool as_it_stands = form.starts_with('=');
                if (as_it_stands) form.remove_prefix(1);
                made.push_back({form, as_it_stands, &term});
            }
        }
        std::ranges::stable_sort(made, [](const Form& a, const Form& b) { return a.words.size() > b.words.size(); });
        return made;
    }();
    return forms;
}

/// Letters, digits and everything beyond ASCII: what a word goes on with.
bool is_of_word(char c) { return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// @pre both have the same length
bool same(std::string_view a, std::string_view b, bool as_it_stands) { return as_it_stands ? a == b : contains_ignoring_case(a, b); }

/// Where the form's whole words end in the text when they begin there; npos: they do not stand there.
std::size_t end_of(const Form& form, std::string_view text, std::size_t begin) {
    const std::string_view rest = text.substr(begin);
    if (rest.size() < form.words.size() || !same(rest.substr(0, form.words.size()), form.words, form.as_it_stands)) return std::string_view::npos;
    if (begin > 0 && is_of_word(text[begin - 1]) && is_of_word(form.words.front())) return std::string_view::npos;
    std::size_t end = begin + form.words.size();
    if (!is_of_word(form.words.back())) return end;
    const auto goes_on = [&](std::size_t at) { return at < text.size() && is_of_word(text[at]); };
    if (goes_on(end) && text[end] == 's') ++end;
    return goes_on(end) ? std::string_view::npos : end;
}

} // namespace

std::string_view name(GlossaryGroup group) {
    static constexpr std::array<std::string_view, kGlossaryGroups> kNames{
        "Searching", "Experts", "Fusion", "Judging and measuring", "The gate", "The competition", "Training", "Findings", "The window"};
    return kNames[static_cast<std::size_t>(group)];
}

std::span<const GlossaryTerm> glossary() {
    static const std::vector<GlossaryTerm> all = [] {
        std::vector<GlossaryTerm> made;
        for (const auto part : {terms::of_searching(), terms::of_measuring(), terms::of_training(), terms::of_the_window()}) made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return all;
}

std::vector<std::string_view> between_bars(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t bar = text.find('|');
        parts.push_back(text.substr(0, bar));
        text.remove_prefix(bar == std::string_view::npos ? text.size() : bar + 1);
    }
    return parts;
}

const GlossaryTerm* find_term(std::string_view words) {
    if (words.empty()) return nullptr;
    for (const Form& form : all_forms())
        if (end_of(form, words, 0) == words.size()) return form.term;
    return nullptr;
}

std::optional<TermPlace> term_at(std::string_view text, std::size_t byte) {
    if (byte >= text.size()) return {};
    for (const Form& form : all_forms()) { // the longest first
        const std::size_t first = byte - std::min(byte, form.words.size());
        for (std::size_t begin = first; begin <= byte; ++begin) {
            const std::size_t end = end_of(form, text, begin);
            if (end != std::string_view::npos && end > byte) return TermPlace{form.term, begin, end};
        }
    }
    return {};
}

std::span<const OtherWord> other_words() {
    static constexpr OtherWord kWords[] = {
        {"pane", "view", "the window has views, in the menus and in the text"},
        {"panel", "view", "the window has views, in the menus and in the text"},
        {"workspace", "session", "a session is a file that can be sent, not a place"},
        {"favourite", "bookmark", "a bookmark keeps a place, it does not praise it"},
        {"corpus", "collection", "BEIR calls the documents without their queries so"},
        {"passage", "document", "whatever is found is a document, however short"},
        {"word piece", "fragment", "a fragment goes on with a word; a token may be a whole one"},
        {"subword", "fragment", "a fragment goes on with a word; a token may be a whole one"},
        {"sparse expert", "lexical", "experts are named by what they look at, not by how they are stored"},
        {"dense expert", "global", "a lexical expert that has gone dense is a failure, and not a kind"},
        {"router", "gate", "SB-MoE's paper says gate"},
        {"gating network", "gate", "one word for one thing"},
        {"utilisation", "load", "who serves how much is the load"},
        {"relevancy", "relevant", "a document is relevant or it is not; how much so is its grade"},
        {"judgement", "judgment", "spelled as TREC spells it"},
        {"ground truth", "judgment", "a person's judgment may be wrong"},
        {"gold label", "judgment", "a person's judgment may be wrong"},
        {"training run", "training", "a run file is TREC's ranked list, and a training is something else"},
        {"fine-tuning run", "training", "a run file is TREC's ranked list, and a training is something else"},
        {"hyperparameter", "recipe", "what decides a training are the recipe's settings"},
        {"heatmap", "alignment", "the picture is a matrix; what it shows is the alignment"},
        {"heat map", "alignment", "the picture is a matrix; what it shows is the alignment"},
        {"reranking", "rescoring", "nothing is dropped before it: every expert scores the whole union"},
        {"re-ranking", "rescoring", "nothing is dropped before it: every expert scores the whole union"},
        {"explainability", "ledger", "what is shown is what was added up, not an account of it"},
    };
    return kWords;
}

} // namespace cameo

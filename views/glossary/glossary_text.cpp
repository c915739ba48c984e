#include "views/glossary/glossary_text.hpp"

#include "core/base/ignoring_case.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cameo {
namespace {

/// How else it is written, for people: without the signs that say how it is compared.
std::vector<std::string_view> written(const GlossaryTerm& term) {
    auto forms = between_bars(term.forms);
    for (std::string_view& form : forms)
        if (form.starts_with('=')) form.remove_prefix(1);
    return forms;
}

std::string joined(std::span<const std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text.append(text.empty() ? "" : ", ").append(part);
    return text;
}

/// As GitHub makes it of a heading: small letters, blanks as dashes, no other signs.
std::string anchor_of(std::string_view heading) {
    std::string anchor;
    for (const char c : heading) {
        if (c == ' ' || c == '-') anchor += '-';
        else if (c >= 'A' && c <= 'Z') anchor += static_cast<char>(c - 'A' + 'a');
        else if (static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') anchor += c;
    }
    return anchor;
}

} // namespace

std::string glossary_markdown() {
    std::string text = "# Glossary\n\n"
                       "One word for one thing, in the window, in the documentation and in the code. First in plain words, then exactly. In the window,\n"
                       "rest the mouse on a word to read the same; *Help*, *Glossary* lists all of it, and so does `cameo glossary`. This page is written by\n"
                       "`cameo glossary --markdown` from `views/glossary`; a test holds the two together.\n";
    for (int group = 0; group < kGlossaryGroups; ++group) {
        text += fmt::format("\n## {}\n", name(static_cast<GlossaryGroup>(group)));
        for (const GlossaryTerm& term : glossary()) {
            if (static_cast<int>(term.group) != group) continue;
            text += fmt::format("\n### {}\n\n{}", term.name, term.plain);
            if (!term.exact.empty()) text += fmt::format("\n\n*Exactly:* {}", term.exact);
            if (!term.formula.empty()) text += fmt::format("\n\n`{}`", term.formula);
            if (!term.forms.empty()) text += fmt::format("\n\n*Also:* {}.", joined(written(term)));
            std::string see;
            for (const std::string_view other : between_bars(term.see)) see += fmt::format("{}[{}](#{})", see.empty() ? "" : ", ", other, anchor_of(other));
            if (!see.empty()) text += fmt::format("\n\n*See* {}.", see);
            for (const OtherWord& other : other_words())
                if (other.instead == term.name) text += fmt::format("\n\n*Not* \u201C{}\u201D: {}.", other.word, other.reason);
            text += "\n";
        }
    }
    return text;
}

std::string to_text(const GlossaryTerm& term) {
    std::string text = fmt::format("{}\n  {}\n", term.name, term.plain);
    if (!term.exact.empty()) text += fmt::format("  {}\n", term.exact);
    if (!term.formula.empty()) text += fmt::format("  {}\n", term.formula);
    if (!term.forms.empty()) text += fmt::format("  also: {}\n", joined(written(term)));
    if (!term.see.empty()) text += fmt::format("  see: {}\n", joined(between_bars(term.see)));
    return text;
}

std::string to_json(std::span<const GlossaryTerm* const> terms) {
    auto list = nlohmann::ordered_json::array();
    for (const GlossaryTerm* term : terms)
        list.push_back({{"term", term->name}, {"group", name(term->group)}, {"plain", term->plain}, {"exact", term->exact}, {"formula", term->formula},
                        {"forms", written(*term)}, {"see", between_bars(term->see)}});
    return list.dump(2) + "\n";
}

std::vector<const GlossaryTerm*> terms_with(std::string_view words) {
    std::vector<const GlossaryTerm*> in_name, in_form, in_text;
    for (const GlossaryTerm& term : glossary()) {
        if (contains_ignoring_case(term.name, words)) in_name.push_back(&term);
        else if (contains_ignoring_case(term.forms, words)) in_form.push_back(&term);
        else if (contains_ignoring_case(term.plain, words) || contains_ignoring_case(term.exact, words)) in_text.push_back(&term);
    }
    in_name.insert(in_name.end(), in_form.begin(), in_form.end());
    in_name.insert(in_name.end(), in_text.begin(), in_text.end());
    return in_name;
}

} // namespace cameo

#include "tests/support/said.hpp"
#include "tests/support/text_literals.hpp"
#include "views/glossary/glossary_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kHouse = std::filesystem::path(CAMEO_TEST_DATA).parent_path().parent_path();

/// A text of which people read every word, and where it stands.
struct ReadText {
    std::string place, text;
};

/// What the window says: the texts in the sources of the views, the program and what they show of the core.
std::vector<ReadText> window_texts() {
    std::vector<ReadText> texts;
    for (const char* folder : {"views", "app", "core/diagnose", "core/train/recipe"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kHouse / folder)) {
            if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
            if (entry.path().parent_path().filename() == "glossary") continue;
            const std::string place = std::filesystem::relative(entry.path(), kHouse).string();
            for (std::string& text : text_literals(bytes_of(entry.path()))) texts.push_back({place, std::move(text)});
        }
    return texts;
}

/// Prose of a page: without code, which has names of its own.
std::string prose(std::string_view page) {
    std::string text;
    bool in_code = false;
    for (std::size_t at = 0; at < page.size(); ++at) {
        if (page.substr(at).starts_with("```")) {
            const std::size_t end = page.find("```", at + 3);
            at = end == std::string_view::npos ? page.size() : end + 2;
            in_code = false;
            continue;
        }
        if (page[at] == '`') in_code = !in_code;
        else if (!in_code) text += page[at] == '\n' ? ' ' : page[at];
    }
    return text;
}

std::vector<ReadText> pages() {
    std::vector<ReadText> texts{{"README.md", prose(bytes_of(kHouse / "README.md"))}};
    for (const auto& entry : std::filesystem::directory_iterator(kHouse / "docs")) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".md" || name == "third-party-licences.md" || name == "glossary.md") continue; // the former are others' words
        texts.push_back({"docs/" + name, prose(bytes_of(entry.path()))});
    }
    return texts;
}

/// Where a word stands as a whole word of prose, letters of either case; parts of names such as corpus-id or a/panel are none.
std::vector<std::string> uses_of(std::string_view word, const std::vector<ReadText>& texts) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto is_of_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '/' || c == '.'; };
    std::vector<std::string> found;
    for (const auto& [place, text] : texts)
        for (auto at = text.begin(); at != text.end(); ++at) {
            at = std::search(at, text.end(), word.begin(), word.end(), [&](char a, char b) { return lower(a) == lower(b); });
            if (at == text.end()) break;
            auto end = at + static_cast<std::ptrdiff_t>(word.size());
            if (end != text.end() && *end == 's' && word.find(' ') == word.npos) ++end; // "a training runs" is a sentence
            const bool ends = end == text.end() || !is_of_name(*end) || (*end == '.' && (end + 1 == text.end() || end[1] == ' '));
            if (ends && (at == text.begin() || !is_of_name(at[-1]))) found.push_back(place + ": " + text.substr(0, 120));
        }
    return found;
}

TEST(Glossary, ItsScannerReadsTextsOfSources) {
    EXPECT_THAT(text_literals("#include \"no.hpp\"\nf(\"one\" // \"no\"\n  \" more\", '\"', \"a \\\"b\\\"\"); /* \"no\" */ g(R\"x(raw)x\", 1'000, \"last\")"),
                ElementsAre("one more", "a \\\"b\\\"", "raw", "last"));
    EXPECT_THAT(uses_of("pane", {{"a", "Two Panes."}, {"b", "a paned door, window-pane, pane/x"}, {"c", "the pane"}}), ElementsAre("a: Two Panes.", "c: the pane"));
    EXPECT_EQ(prose("Some `code pane` here\n```\npane\n```\nend"), "Some  here  end");
    EXPECT_GT(window_texts().size(), 3000U);
    EXPECT_GT(pages().size(), 10U);
}

TEST(Glossary, EveryTermIsExplainedOnceAndRefersToOthers) {
    std::map<std::string, std::string> written;
    for (const GlossaryTerm& term : glossary()) {
        const std::string name(term.name);
        EXPECT_THAT(std::string(term.plain), testing::AnyOf(EndsWith("."), EndsWith("?"))) << name;
        EXPECT_LE(std::ranges::count(term.plain, '.') + std::ranges::count(term.plain, '?'), 3) << name << ": one or two sentences";
        EXPECT_LT(term.plain.size(), 220U) << name;
        if (!term.exact.empty()) { EXPECT_THAT(std::string(term.exact), testing::AnyOf(EndsWith("."), EndsWith(".)"))) << name; }
        auto forms = between_bars(term.forms);
        forms.push_back(term.name);
        for (const std::string_view form : forms) {
            const auto [there, is_new] = written.emplace(form, name);
            EXPECT_TRUE(is_new) << form << " is written for " << there->second << " and for " << name;
            EXPECT_EQ(find_term(form.starts_with('=') ? form.substr(1) : form), &term) << form;
        }
        for (const std::string_view other : between_bars(term.see)) {
            const GlossaryTerm* found = find_term(other);
            EXPECT_TRUE(found && found != &term && found->name == other) << name << " sees " << other;
        }
    }
    EXPECT_GT(glossary().size(), 120U);
    for (int group = 0; group < kGlossaryGroups; ++group)
        EXPECT_TRUE(std::ranges::any_of(glossary(), [&](const GlossaryTerm& term) { return static_cast<int>(term.group) == group; })) << name(static_cast<GlossaryGroup>(group));
}

TEST(Glossary, EveryTermIsSomethingThatPeopleMeet) {
    auto texts = window_texts();
    for (ReadText& page : pages()) texts.push_back(std::move(page));
    std::string all;
    for (const ReadText& each : texts) all += each.text + "\n";
    // Escapes of sources stand for letters.
    for (const auto& [escape, letter] : {std::pair{"\\u00B2", "\u00B2"}, {"\\u03C4", "\u03C4"}, {"\\u2013", "\u2013"}})
        for (std::size_t at = all.find(escape); at != std::string::npos; at = all.find(escape)) all.replace(at, 6, letter);
    std::set<const GlossaryTerm*> met;
    for (const GlossaryTerm& term : glossary()) {
        auto forms = between_bars(term.forms);
        forms.push_back(term.name);
        const bool is_met = std::ranges::any_of(forms, [&](std::string_view form) {
            if (form.starts_with('=')) form.remove_prefix(1);
            return !std::ranges::search(all, form, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b)); }).empty();
        });
        EXPECT_TRUE(is_met) << term.name << " is nowhere";
    }
}

TEST(Glossary, FindsTheWordsUnderAByte) {
    const auto under = [](std::string_view text, std::size_t byte) {
        const auto found = term_at(text, byte);
        return found ? std::string(found->term->name) + " (" + std::string(text.substr(found->begin, found->end - found->begin)) + ")" : "nothing";
    };
    EXPECT_EQ(under("The load ratio of a gate", 5), "load ratio (load ratio)") << "the longest";
    EXPECT_EQ(under("The load ratio of a gate", 9), "load ratio (load ratio)");
    EXPECT_EQ(under("The load ratio of a gate", 16), "nothing");
    EXPECT_EQ(under("The load ratio of a gate", 23), "gate (gate)");
    EXPECT_EQ(under("Experts disagree", 6), "expert (Experts)") << "an s may follow, letters of either case";
    EXPECT_EQ(under("unloaded, gateway, investigate", 3), "nothing") << "whole words only";
    EXPECT_EQ(under("unloaded, gateway, investigate", 11), "nothing");
    EXPECT_EQ(under("unloaded, gateway, investigate", 28), "nothing");
    EXPECT_EQ(under("map them all", 1), "nothing") << "small words that mean something else";
    EXPECT_EQ(under("map them all", 10), "nothing");
    EXPECT_EQ(under("MAP under ALL", 1), "MAP (MAP)");
    EXPECT_EQ(under("MAP under ALL", 11), "ALL (ALL)");
    EXPECT_EQ(under("reads [MASK] there", 7), "[MASK] ([MASK])");
    EXPECT_EQ(under("Min\u2013max sum", 8), "min-max (Min\u2013max sum)");
    EXPECT_EQ(under("Importance CV\u00B2", 2), "CV\u00B2 (Importance CV\u00B2)");
    EXPECT_EQ(under("", 0), "nothing");
    EXPECT_EQ(under("gate", 4), "nothing");
    EXPECT_EQ(find_term("Terms")->name, "term");
    EXPECT_EQ(find_term("terms of use"), nullptr);
}

TEST(Glossary, IsSearchedByNameThenByMeaning) {
    EXPECT_EQ(terms_with("maxsim").front()->name, "MaxSim");
    EXPECT_GT(terms_with("maxsim").size(), 1U) << "alignment speaks of it";
    EXPECT_EQ(terms_with("").size(), glossary().size());
    EXPECT_THAT(terms_with("zebra"), IsEmpty());
}

TEST(Glossary, ThePageIsWrittenFromIt) {
    EXPECT_EQ(bytes_of(kHouse / "docs/glossary.md"), glossary_markdown()) << "write it anew: cameo glossary --markdown > docs/glossary.md";
    for (const char* page : {"README.md", "docs/guide.md"}) EXPECT_THAT(bytes_of(kHouse / page), HasSubstr("glossary.md")) << page;
}

TEST(Glossary, OneThingHasOneName) {
    auto texts = window_texts();
    for (ReadText& page : pages()) texts.push_back(std::move(page));
    for (const OtherWord& other : other_words()) {
        const GlossaryTerm* term = find_term(other.instead);
        ASSERT_TRUE(term && term->name == other.instead) << other.instead;
        EXPECT_FALSE(other.reason.empty()) << other.word;
        EXPECT_THAT(uses_of(other.word, texts), IsEmpty()) << "say " << other.instead << " and not " << other.word << ": " << other.reason;
    }
}

} // namespace
} // namespace cameo

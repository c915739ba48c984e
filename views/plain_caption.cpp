#include "views/plain_caption.hpp"

#include "core/text/words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace cameo {

namespace {

constexpr std::int32_t kAgrees = 10;    ///< an expert that has the document among so many speaks for it
constexpr std::size_t kWordsNamed = 3;
constexpr float kAligned = 0.4f;        ///< a pair of tokens that is less alike is no example of anything

bool is_word_byte(unsigned char letter) { return std::isalnum(letter) || letter >= 0x80 || letter == '-' || letter == '\''; }

/// The whole word around a piece of it: pieces are nobody's words.
std::string word_at(std::string_view text, TextSpan span) {
    std::size_t begin = span.begin, end = span.end;
    if (begin >= end || end > text.size()) return {};
    while (begin > 0 && is_word_byte(static_cast<unsigned char>(text[begin - 1]))) --begin;
    while (end < text.size() && is_word_byte(static_cast<unsigned char>(text[end]))) ++end;
    const bool has_letter = std::ranges::any_of(text.substr(begin, end - begin), [](unsigned char letter) { return std::isalnum(letter) || letter >= 0x80; });
    return has_letter ? std::string(text.substr(begin, end - begin)) : std::string();
}

std::string in_quotes(const std::string& word) { return "\u201C" + word + "\u201D"; }

std::string listed(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        if (part > 0) text += part + 1 < parts.size() ? ", " : parts.size() > 2 ? ", and " : " and ";
        text += parts[part];
    }
    return text;
}

bool same_word(const std::string& one, const std::string& other) {
    return std::ranges::equal(one, other, [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// What a sentence can be made of: neither a model's marks, such as [CLS], nor the small words that every text has.
bool says_something(const std::string& word) {
    if (word.empty() || word.front() == '[' || word.starts_with("##")) return false;
    std::string lower = word;
    std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return !is_stop_word(lower);
}

void add_once(std::vector<std::string>& words, std::string word) {
    if (!word.empty() && std::ranges::none_of(words, [&](const std::string& known) { return same_word(known, word); })) words.push_back(std::move(word));
}

/// "the words “play” and “music” match, and the text suggests “terminal”"
std::string lexical_reason(const Ledger& ledger, const ExpertLedger& part) {
    std::vector<std::string> said, meant, thought_of;
    for (const TermPart& term : part.terms) {
        if (term.product <= 0) continue;
        const bool is_said = !term.document_spans.empty();
        std::string word = is_said ? word_at(ledger.content, term.document_spans.front()) : term.word;
        if (!says_something(word)) continue;
        auto& words = !term.in_query_text ? thought_of : is_said ? said : meant;
        if (words.size() < kWordsNamed) add_once(words, std::move(word));
    }
    for (auto* words : {&said, &meant, &thought_of})
        for (std::string& word : *words) word = in_quotes(word);
    const std::string suggests = meant.empty() ? std::string() : "the text suggests " + listed({meant.begin(), meant.begin() + std::min<std::ptrdiff_t>(2, std::ssize(meant))});
    if (!said.empty()) return (said.size() == 1 ? "the word " + said.front() + " matches" : "the words " + listed(said) + " match") + (suggests.empty() ? "" : " and " + suggests);
    if (!suggests.empty()) return suggests;
    if (!thought_of.empty()) return "it speaks of " + thought_of.front() + ", which the query brings to mind";
    return {};
}

/// "“terminal” in the query lines up with “console” in the text"
std::string local_reason(const Trace& trace, const Ledger& ledger, const ExpertLedger& part) {
    std::vector<const TokenPart*> best;
    for (const TokenPart& token : part.tokens)
        if (token.best >= 0 && token.similarity >= kAligned && static_cast<std::size_t>(token.best) < part.document_spans.size()) best.push_back(&token);
    std::ranges::stable_sort(best, std::ranges::greater(), &TokenPart::similarity);
    bool any = false;
    for (const TokenPart* token : best) {
        const std::string asked = word_at(trace.query, token->query_span), found = word_at(ledger.content, part.document_spans[static_cast<std::size_t>(token->best)]);
        if (!says_something(asked) || !says_something(found)) continue;
        any = true;
        if (!same_word(asked, found)) return in_quotes(asked) + " in the query lines up with " + in_quotes(found) + " in the text";
    }
    return any ? "its phrases line up with those of the query" : std::string();
}

std::string reason(const Trace& trace, const Ledger& ledger, const ExpertLedger& part) {
    switch (part.kind) {
    case ExpertKind::Lexical: return lexical_reason(ledger, part);
    case ExpertKind::Local: return local_reason(trace, ledger, part);
    case ExpertKind::Global: break;
    }
    return "the text as a whole means much the same";
}

std::string objection(ExpertKind kind) {
    switch (kind) {
    case ExpertKind::Lexical: return "its words match less than those of others";
    case ExpertKind::Local: return "the phrases of others line up better";
    case ExpertKind::Global: break;
    }
    return "others are closer to the query as a whole";
}

std::string whole_result(const Trace& trace) {
    if (trace.fused.empty()) return "Nothing was found.";
    const UnionDocument& first = trace.documents[static_cast<std::size_t>(trace.fused.front().document)];
    return (first.title.empty() ? first.id : first.title) + " is first of " + std::to_string(trace.fused.size()) + " that were compared.";
}

} // namespace

std::string ordinal(std::int32_t rank) {
    constexpr std::array kWords{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"};
    if (rank >= 1 && static_cast<std::size_t>(rank) <= kWords.size()) return kWords[static_cast<std::size_t>(rank) - 1];
    const std::int32_t tens = rank % 100, ones = rank % 10;
    const char* ending = tens >= 11 && tens <= 13 ? "th" : ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
    return std::to_string(rank) + ending;
}

std::string plain_caption(const Trace& trace, const Ledger* ledger, std::string_view document) {
    const auto found = std::ranges::find(trace.documents, document, &UnionDocument::id);
    if (found == trace.documents.end()) return whole_result(trace);
    const std::string name = found->title.empty() ? found->id : found->title;
    const auto hit = std::ranges::find(trace.fused, found - trace.documents.begin(), [](const FusedHit& each) { return static_cast<std::ptrdiff_t>(each.document); });
    if (hit == trace.fused.end()) return name + " was compared and is not in the list.";
    const auto rank = static_cast<std::int32_t>(hit - trace.fused.begin()) + 1;
    const std::string place = name + " is " + ordinal(rank);
    if (!ledger || ledger->id != document) return place + " of " + std::to_string(trace.fused.size()) + " that were compared.";
    std::vector<std::string> reasons, objections;
    for (const ExpertLedger& part : ledger->experts) {
        const bool agrees = part.rank >= 1 && part.rank <= std::max(kAgrees, rank);
        const std::string why = agrees ? reason(trace, *ledger, part) : std::string();
        if (!why.empty()) reasons.push_back(why);
        else if (!agrees) objections.push_back(objection(part.kind));
    }
    if (reasons.empty()) return place + ": " + (objections.empty() ? std::string("the best of what there is") : listed(objections)) + ".";
    std::string text = place + " because " + listed(reasons) + ".";
    if (!objections.empty()) return text + " But " + listed(objections) + ".";
    if (ledger->experts.size() > 1 && reasons.size() == ledger->experts.size()) text += ledger->experts.size() == 2 ? " Both experts agree." : " All experts agree.";
    return text;
}

} // namespace cameo

#include "views/evidence.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

void add(DocumentEvidence& evidence, TextSpan span, InkSpan::Kind kind, ImU32 color, EvidenceNote note) {
    if (span.end <= span.begin) return;
    evidence.inks.push_back({span.begin, span.end, kind, color, static_cast<int>(evidence.notes.size())});
    evidence.notes.push_back(note);
}

float fill_strength(double similarity) {
    return static_cast<float>(std::clamp(similarity * 0.55, 0.0, 0.5));
}

void add_terms(DocumentEvidence& evidence, const ExpertLedger& part, std::size_t expert_idx, ExpertStyle style) {
    double largest = 0;
    for (const auto& term : part.terms)
        largest = std::max(largest, term.product);
    for (std::size_t term_idx = 0; term_idx < part.terms.size(); ++term_idx) {
        const auto& term = part.terms[term_idx];
        if (!(term.product > 0)) continue;
        const auto strength = static_cast<float>(0.55 + 0.45 * term.product / largest);
        for (const TextSpan span : term.document_spans)
            add(evidence, span, InkSpan::Kind::Underline, hue(style, strength),
                {.expert_idx = expert_idx, .term_idx = static_cast<std::int32_t>(term_idx)});
    }
}

/// What is selected in another view, whatever it adds to the score.
void add_outlines(DocumentEvidence& evidence, const ExpertLedger& part, std::size_t expert_idx, const EvidenceChoice& choice) {
    for (std::size_t term_idx = 0; choice.term >= 0 && term_idx < part.terms.size(); ++term_idx) {
        if (part.terms[term_idx].term != choice.term) continue;
        for (const TextSpan span : part.terms[term_idx].document_spans)
            add(evidence, span, InkSpan::Kind::Outline, ink(colors().accent),
                {.expert_idx = expert_idx, .term_idx = static_cast<std::int32_t>(term_idx)});
    }
    if (choice.document_token >= 0 && static_cast<std::size_t>(choice.document_token) < part.document_spans.size())
        add(evidence, part.document_spans[static_cast<std::size_t>(choice.document_token)], InkSpan::Kind::Outline,
            ink(colors().accent), {.expert_idx = expert_idx, .document_token = choice.document_token});
}

void add_matches(DocumentEvidence& evidence, const ExpertLedger& part, std::size_t expert_idx, ExpertStyle style, int follow) {
    const std::size_t rows = part.document_spans.size();
    const auto token_count = part.tokens.size();
    if (follow >= 0 && static_cast<std::size_t>(follow) < token_count) {
        const auto token_idx = static_cast<std::size_t>(follow);
        const bool whole = part.similarities.size() == token_count * rows;
        for (std::size_t row = 0; whole && row < rows; ++row) {
            const double value = part.similarities[token_idx * rows + row];
            // Below a quarter everything resembles everything; ink there would only be fog.
            if (value > 0.25)
                add(evidence, part.document_spans[row], InkSpan::Kind::Fill, hue(style, fill_strength(value * value)),
                    {.expert_idx = expert_idx, .token_idx = follow, .document_token = static_cast<std::int32_t>(row)});
        }
        const auto best = part.tokens[token_idx].best;
        if (best >= 0 && static_cast<std::size_t>(best) < rows)
            add(evidence, part.document_spans[static_cast<std::size_t>(best)], InkSpan::Kind::Outline, ink(colors().accent),
                {.expert_idx = expert_idx, .token_idx = follow, .document_token = best});
        return;
    }
    for (std::size_t token_idx = 0; token_idx < token_count; ++token_idx) {
        const auto& token = part.tokens[token_idx];
        if (token.best < 0 || static_cast<std::size_t>(token.best) >= rows) continue;
        add(evidence, part.document_spans[static_cast<std::size_t>(token.best)], InkSpan::Kind::Fill,
            hue(style, fill_strength(token.similarity)),
            {.expert_idx = expert_idx, .token_idx = static_cast<std::int32_t>(token_idx), .document_token = token.best});
    }
}

} // namespace

DocumentEvidence gather_evidence(const Ledger& ledger, std::span<const ExpertStyle> styles, const EvidenceChoice& choice) {
    DocumentEvidence evidence;
    for (std::size_t expert_idx = 0; expert_idx < std::min(ledger.experts.size(), styles.size()); ++expert_idx) {
        if (choice.solo >= 0 && choice.solo != static_cast<int>(expert_idx)) continue;
        if (choice.solo < 0 && expert_idx < 32 && (choice.muted >> expert_idx & 1U) != 0) continue;
        const ExpertLedger& part = ledger.experts[expert_idx];
        add_terms(evidence, part, expert_idx, styles[expert_idx]);
        add_matches(evidence, part, expert_idx, styles[expert_idx], choice.query_token);
        add_outlines(evidence, part, expert_idx, choice);
    }
    return evidence;
}

} // namespace cameo

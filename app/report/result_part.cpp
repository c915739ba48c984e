#include "app/report/result_part.hpp"

#include "app/report/html.hpp"
#include "views/evidence.hpp"
#include "views/format.hpp"
#include "views/plain_caption.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace cameo {

namespace {

constexpr std::size_t kListed = 10, kTermsListed = 12;

const std::string& name_of(const UnionDocument& document) { return document.title.empty() ? document.id : document.title; }

const UnionDocument& document_at(const Trace& trace, std::size_t place) { return trace.documents[static_cast<std::size_t>(trace.fused[place].document)]; }

std::vector<ExpertStyle> styles_of(const Trace& trace) {
    std::vector<ExpertKind> kinds;
    for (const ExpertTrace& expert : trace.experts) kinds.push_back(expert.kind);
    return expert_styles(kinds);
}

std::string key_line(const Trace& trace, std::span<const ExpertStyle> styles) {
    std::string html = "<p class=\"key quiet\">";
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        const ExpertTrace& expert = trace.experts[expert_idx];
        html += fmt::format("<span><span aria-hidden=\"true\" style=\"color:{};margin:0\">{}</span> {}: {}</span>", css_color(styles[expert_idx]), sign_of(styles[expert_idx]),
                            escaped(heading(expert.name)), escaped(expert_words(expert.name, expert.kind).plain));
    }
    return html + "</p>\n";
}

/// As many decimals as the lists of the window have.
int decimals_of(const Trace& trace) {
    std::vector<double> scores;
    for (std::size_t place = 0; place < std::min(kListed, trace.fused.size()); ++place) scores.push_back(trace.fused[place].score);
    return std::max(2, score_decimals(scores));
}

/// What each expert adds, as a bar a document: parts below zero are left to the table.
std::string bars_figure(const Trace& trace, std::span<const ExpertStyle> styles) {
    constexpr double kRow = 26, kNames = 210, kBars = 520;
    const std::size_t count = std::min(kListed, trace.fused.size());
    const int decimals = decimals_of(trace);
    double largest = 1e-9;
    for (std::size_t place = 0; place < count; ++place) {
        double sum = 0;
        for (const double part : trace.fused[place].used) sum += std::max(0.0, part);
        largest = std::max(largest, sum);
    }
    const double height = kRow * static_cast<double>(count) + 4;
    std::string svg = fmt::format("<svg viewBox=\"0 0 800 {0:.0f}\" width=\"800\" height=\"{0:.0f}\" role=\"img\" aria-label=\"What each expert adds to the score of the first {1} documents; the table below has the figures\">\n", height, count);
    for (std::size_t place = 0; place < count; ++place) {
        const FusedHit& hit = trace.fused[place];
        const double y = kRow * static_cast<double>(place);
        std::string label = std::to_string(place + 1) + "  " + name_of(document_at(trace, place));
        if (label.size() > 30) {
            std::size_t cut = 28;
            while (cut > 0 && (static_cast<unsigned char>(label[cut]) & 0xC0) == 0x80) --cut;
            label = label.substr(0, cut) + "\u2026";
        }
        svg += fmt::format("<text x=\"0\" y=\"{:.0f}\">{}</text>\n", y + 17, escaped(label));
        double x = kNames;
        for (std::size_t expert_idx = 0; expert_idx < hit.used.size() && expert_idx < styles.size(); ++expert_idx) {
            const double width = kBars * std::max(0.0, hit.used[expert_idx]) / largest;
            svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"16\" fill=\"{}\"><title>{} {}</title></rect>\n", x, y + 5, width, css_color(styles[expert_idx]),
                               escaped(trace.experts[expert_idx].name), format_score(hit.used[expert_idx], decimals));
            x += width;
        }
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text>\n", x + 6, y + 17, format_score(hit.score, decimals));
    }
    return "<figure>" + svg + "</svg></figure>\n";
}

std::string list_table(const Trace& trace, std::string_view chosen) {
    const std::size_t count = std::min(kListed, trace.fused.size());
    const int decimals = decimals_of(trace);
    std::string html = fmt::format("<div class=\"scroll\"><table class=\"sortable\"><caption>The first {} of {} documents that were compared: {}. Behind each expert's part: the document's place in that expert's own order.</caption>\n<thead><tr>",
                                   count, format_count(std::ssize(trace.fused)), escaped(describe_fusion(trace.fusion, trace.experts.size(), trace.query_weights)));
    const auto head = [&](std::string_view words) { html += fmt::format("<th scope=\"col\"><button type=\"button\">{}</button></th>", escaped(words)); };
    head("Rank"), head("Document"), head("Score");
    for (const ExpertTrace& expert : trace.experts) head(heading(expert.name));
    html += "</tr></thead>\n<tbody>\n";
    for (std::size_t place = 0; place < count; ++place) {
        const FusedHit& hit = trace.fused[place];
        const UnionDocument& document = document_at(trace, place);
        html += fmt::format("<tr{}><td data-value=\"{}\">{}</td><td>{}</td><td data-value=\"{}\">{}</td>", document.id == chosen ? " class=\"chosen\"" : "", place + 1, place + 1, escaped(name_of(document)),
                            format_exact(hit.score), format_score(hit.score, decimals));
        for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
            const double used = expert_idx < hit.used.size() ? hit.used[expert_idx] : 0;
            const std::int32_t rank = expert_idx < document.rank.size() ? document.rank[expert_idx] : 0;
            html += fmt::format("<td data-value=\"{}\">{} <span class=\"quiet\">({})</span></td>", format_exact(used), format_score(used, decimals), rank > 0 ? std::to_string(rank) : "\u2013");
        }
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

/// The text with what matched in it: underlined by a lexical expert, filled by a local one.
std::string inked_text(const Ledger& ledger, std::span<const ExpertStyle> styles) {
    const DocumentEvidence evidence = gather_evidence(ledger, styles, {});
    const std::string& text = ledger.content;
    std::vector<std::size_t> edges{0, text.size()};
    for (const InkSpan& ink : evidence.inks)
        for (const std::size_t edge : {ink.begin, ink.end})
            if (edge < text.size()) edges.push_back(edge);
    std::ranges::sort(edges);
    edges.erase(std::ranges::unique(edges).begin(), edges.end());
    std::string html;
    for (std::size_t at = 0; at + 1 < edges.size(); ++at) {
        const std::string_view piece = std::string_view(text).substr(edges[at], edges[at + 1] - edges[at]);
        std::string style, says;
        for (const InkSpan& ink : evidence.inks) {
            if (ink.begin > edges[at] || ink.end < edges[at + 1] || ink.tag < 0) continue;
            const std::size_t expert_idx = evidence.notes[static_cast<std::size_t>(ink.tag)].expert_idx;
            const std::string color = css_color(styles[expert_idx]);
            const std::string& name = ledger.experts[expert_idx].name;
            if (says.find(name) == says.npos) says += (says.empty() ? "" : ", ") + name;
            if (ink.kind == InkSpan::Kind::Underline) style += "border-bottom:3px solid " + color + ";";
            if (ink.kind == InkSpan::Kind::Fill && style.find("background") == style.npos) style += "background:" + css_tint(styles[expert_idx], std::min(0.6, (ink.color >> IM_COL32_A_SHIFT) / 255.0)) + ";";
        }
        if (style.empty()) html += escaped(piece);
        else html += fmt::format("<mark style=\"{}\" title=\"{}\">{}</mark>", style, escaped(says), escaped(piece));
    }
    return "<p class=\"text\">" + html + "</p>\n";
}

std::string terms_table(const ExpertLedger& part) {
    std::string rows;
    std::size_t count = 0;
    for (const TermPart& term : part.terms) {
        if (!(term.product > 0) || count == kTermsListed) break;
        ++count;
        rows += fmt::format("<tr><td data-value=\"{}\">{}</td><td>{}{}</td><td data-value=\"{}\">{}</td><td data-value=\"{}\">{}</td><td data-value=\"{}\">{}</td></tr>\n", count, count, escaped(term.word),
                            term.document_spans.empty() ? " <span class=\"quiet\">not in the text</span>" : "", format_exact(term.query_weight), format_score(term.query_weight, 2),
                            format_exact(term.document_weight), format_score(term.document_weight, 2), format_exact(term.product), format_score(term.product, 2));
    }
    if (rows.empty()) return {};
    return fmt::format("<div class=\"scroll\"><table class=\"sortable\"><caption>{}: the words that query and document share, by what each adds (weight in the query \u00D7 weight in the document).</caption>\n<thead><tr>"
                       "<th scope=\"col\"><button type=\"button\">#</button></th><th scope=\"col\"><button type=\"button\">Word</button></th><th scope=\"col\"><button type=\"button\">In the query</button></th>"
                       "<th scope=\"col\"><button type=\"button\">In the document</button></th><th scope=\"col\"><button type=\"button\">Adds</button></th></tr></thead>\n<tbody>\n{}</tbody></table></div>\n",
                       escaped(heading(part.name)), rows);
}

Rgb color_of(ExpertStyle style) {
    const Palette& table = palette(Appearance::Light, true);
    return style.hue < kExpertHues ? table.experts[style.hue] : table.groups[(style.hue - kExpertHues) % kGroupHues];
}

std::string document_part(const Trace& trace, const Ledger& ledger, std::span<const ExpertStyle> styles, bool says_why) {
    const std::string& name = ledger.title.empty() ? ledger.id : ledger.title;
    std::string html = fmt::format("<h3>{}</h3>\n", escaped(name));
    if (!says_why) html += fmt::format("<p>{}</p>\n", escaped(plain_caption(trace, &ledger, ledger.id)));
    html += inked_text(ledger, styles);
    for (std::size_t expert_idx = 0; expert_idx < ledger.experts.size(); ++expert_idx) {
        const ExpertLedger& part = ledger.experts[expert_idx];
        if (part.kind == ExpertKind::Lexical) html += terms_table(part);
        if (part.kind == ExpertKind::Local) html += matrix_figure(trace, part, styles[expert_idx], name);
    }
    return html;
}

} // namespace

std::string css_color(ExpertStyle style) { return fmt::format("#{:06X}", color_of(style).value); }

std::string css_tint(ExpertStyle style, double share) {
    const auto value = color_of(style).value;
    return fmt::format("rgba({},{},{},{:.2f})", value >> 16, value >> 8 & 255, value & 255, share);
}

std::string_view sign_of(ExpertStyle style) {
    constexpr std::string_view kSigns[] = {"\u25CF", "\u25C6", "\u25A0", "\u25B2", "\u2B22", "\u271A", "\u25CB", "\u25AC"};
    return kSigns[static_cast<std::size_t>(style.shape) % std::size(kSigns)];
}

std::string result_part(const Trace& trace, std::string_view document, std::string_view id, bool says_why) {
    const auto styles = styles_of(trace);
    if (trace.fused.empty()) return fmt::format("<p>Nothing was found for \u201C{}\u201D.</p>\n", escaped(trace.query));
    auto ledger = std::ranges::find(trace.ledgers, document, &Ledger::id);
    if (ledger == trace.ledgers.end()) ledger = std::ranges::find(trace.ledgers, document_at(trace, 0).id, &Ledger::id);
    std::string html = fmt::format("<h3 id=\"{}-list\">What was found for \u201C{}\u201D</h3>\n", id, escaped(trace.query));
    html += key_line(trace, styles) + bars_figure(trace, styles) + list_table(trace, ledger == trace.ledgers.end() ? std::string_view() : std::string_view(ledger->id));
    if (ledger != trace.ledgers.end() && ledger->experts.size() == styles.size()) html += document_part(trace, *ledger, styles, says_why && ledger->id == document);
    return html + fmt::format("<p class=\"quiet\">Model {}{}, collection {}{}, {} documents, fusion {}; {} candidates of each expert; result {}.</p>\n", escaped(trace.model),
                              trace.model_version.empty() ? "" : escaped(" (" + trace.model_version + ")"), escaped(trace.collection), trace.collection_version.empty() ? "" : escaped(" (" + trace.collection_version + ")"),
                              format_count(trace.indexed_documents), escaped(to_string(trace.fusion)), trace.depth, escaped(trace.id));
}

} // namespace cameo

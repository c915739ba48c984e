#include "app/story/live_words.hpp"

#include "core/train/record/probe_summary.hpp"
#include "views/format.hpp"
#include "views/plain_caption.hpp"
#include "views/training_words.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace cameo {

namespace {

/// What a mark has to say; "" is nothing just now, no value at all: it is no mark.
using Said = std::optional<std::string>;

constexpr int kMeasureDigits = 3;

std::string name_of(const UnionDocument& document) { return document.title.empty() ? document.id : document.title; }

const UnionDocument* document_at(const Trace& trace, std::size_t place, int expert) {
    if (expert < 0) return place < trace.fused.size() ? &trace.documents[static_cast<std::size_t>(trace.fused[place].document)] : nullptr;
    const auto& hits = trace.experts[static_cast<std::size_t>(expert)].hits;
    return place < hits.size() ? &trace.documents[static_cast<std::size_t>(hits[place])] : nullptr;
}

/// @param expert -1: the fused list
std::string rank_of(const Trace& trace, const std::string& document, int expert) {
    const auto found = std::ranges::find(trace.documents, document, &UnionDocument::id);
    if (found == trace.documents.end()) return {};
    if (expert >= 0) return std::to_string(found->rank[static_cast<std::size_t>(expert)]);
    return std::to_string(fused_ranks(trace)[static_cast<std::size_t>(found - trace.documents.begin())]);
}

std::string name_of_the_first(const Trace& trace, int expert) {
    const UnionDocument* const first = document_at(trace, 0, expert);
    return first ? name_of(*first) : std::string();
}

Said said_of_result(std::string_view mark, std::string_view of, const Snapshot& now) {
    constexpr std::string_view kMarks[] = {"query", "model", "collection", "found", "first", "document", "rank", "why"};
    if (std::ranges::find(kMarks, mark) == std::end(kMarks)) return {};
    if (!now.trace) return "";
    const Trace& trace = *now.trace;
    int expert = -1;
    if (!of.empty()) {
        const auto found = std::ranges::find(trace.experts, of, &ExpertTrace::name);
        if (found == trace.experts.end()) return "";
        expert = static_cast<int>(found - trace.experts.begin());
    }
    const std::string& document = now.selection.document;
    if (mark == "query") return trace.query;
    if (mark == "model") return trace.model;
    if (mark == "collection") return trace.collection;
    if (mark == "found") return format_count(std::ssize(trace.fused));
    if (mark == "first") return name_of_the_first(trace, expert);
    if (mark == "rank") return rank_of(trace, document, expert);
    if (mark == "why") return plain_caption(trace, now.ledger.get(), document);
    const auto found = std::ranges::find(trace.documents, document, &UnionDocument::id);
    return found == trace.documents.end() ? std::string() : name_of(*found);
}

/// A system by its name in an evaluation; "sum" is "fusion:sum".
const SystemResult* system_of(const Evaluation& evaluation, std::string_view name) {
    auto found = std::ranges::find(evaluation.systems, name, &SystemResult::name);
    if (found == evaluation.systems.end()) found = std::ranges::find(evaluation.systems, "fusion:" + std::string(name), &SystemResult::name);
    return found == evaluation.systems.end() ? nullptr : &*found;
}

Said said_of_judged(std::string_view mark, std::string_view of, const Snapshot& now) {
    if (mark != "measure" && mark != "judged" && mark != "chance") return {};
    const Evaluation* const evaluation = now.judged.evaluation.get();
    if (!evaluation) return "";
    if (mark == "judged") return format_count(std::ssize(evaluation->query_ids));
    if (mark == "measure") {
        const SystemResult* const system = system_of(*evaluation, of);
        return system ? format_score(value(system->mean, now.judged.measure), kMeasureDigits) : std::string();
    }
    // "sum,adaptive": how likely chance alone parts the two so far.
    const auto comma = of.find(',');
    const SystemResult* const one = system_of(*evaluation, of.substr(0, comma));
    const SystemResult* const other = comma == of.npos ? nullptr : system_of(*evaluation, of.substr(comma + 1));
    if (!one || !other) return "";
    const auto found = std::ranges::find_if(evaluation->tests, [&](const SignificanceResult& test) {
        return (test.a == one->name && test.b == other->name) || (test.a == other->name && test.b == one->name);
    });
    return found == evaluation->tests.end() ? std::string() : format_figure(found->p_holm);
}

/// The validation at a step, or the last one before it; null: there is none.   @param step -1: the last one of all
const ProbeMoment* moment_at(const Trainings& trainings, std::int64_t step) {
    const ProbeMoment* last = nullptr;
    for (const auto& moment : trainings.moments)
        if (!moment->records.empty() && (!last || step < 0 || moment->step <= step)) last = moment.get();
    return last;
}

Said said_of_training(std::string_view mark, std::string_view of, const Snapshot& now) {
    constexpr std::string_view kMarks[] = {"training", "step", "ranking", "load", "experts", "agreement", "information"};
    if (std::ranges::find(kMarks, mark) == std::end(kMarks)) return {};
    const ShownTraining* const training = shown_training(now.trainings);
    if (!training) return "";
    if (mark == "training") return training->name;
    std::int64_t step = now.trainings.moment;
    std::from_chars(of.data(), of.data() + of.size(), step);
    const ProbeMoment* const moment = moment_at(now.trainings, step);
    if (!moment || !now.trainings.probe_set) return "";
    if (mark == "step") return format_count(moment->step);
    const ProbeSummary summary = summarise(*now.trainings.probe_set, moment->records);
    if (mark == "ranking") return format_score(summary.categories.at("").reciprocal.back(), kMeasureDigits);
    const auto& load = summary.routing.query_load;
    if (load.empty()) return "";
    if (mark == "load") return format_percent(std::ranges::max(load));
    if (mark == "agreement") return format_percent(summary.routing.agreement);
    if (mark == "information") return format_score(summary.routing.information(), 2);
    double entropy = 0, total = 0;
    for (const double share : load) total += share;
    for (const double share : load)
        if (share > 0) entropy -= share / total * std::log(share / total);
    return format_score(std::exp(entropy), 1);
}

Said said(std::string_view text, const Snapshot& now) {
    const auto colon = text.find(':');
    const std::string_view mark = text.substr(0, colon), of = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    if (Said words = said_of_result(mark, of, now)) return words;
    if (Said words = said_of_judged(mark, of, now)) return words;
    return said_of_training(mark, of, now);
}

struct Filled {
    std::string words;
    bool has_marks = false, lacks = false;
};

/// Without brackets.
Filled filled(std::string_view text, const Snapshot& now) {
    Filled made;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = std::min(text.find('{', at), text.size()), close = text.find('}', open);
        made.words += text.substr(at, open - at);
        if (open == text.size()) break;
        const Said words = close == text.npos ? std::nullopt : said(text.substr(open + 1, close - open - 1), now);
        if (!words) {
            made.words += '{';
            at = open + 1;
            continue;
        }
        made.has_marks = true;
        made.lacks = made.lacks || words->empty();
        made.words += words->empty() ? "\u2026" : *words;
        at = close + 1;
    }
    return made;
}

} // namespace

std::string live_words(std::string_view caption, const Snapshot& now) {
    std::string words;
    for (std::size_t at = 0; at < caption.size();) {
        const auto open = std::min(caption.find('[', at), caption.size()), close = caption.find(']', open);
        words += filled(caption.substr(at, open - at), now).words;
        if (open == caption.size()) break;
        if (close == caption.npos) return words += filled(caption.substr(open), now).words;
        const std::string_view inside = caption.substr(open + 1, close - open - 1);
        const auto end = inside.find('}');
        if (inside.starts_with("!{") && end != inside.npos) {
            if (filled(inside.substr(1, end), now).lacks) words += filled(inside.substr(end + 1), now).words;
        } else {
            const Filled part = filled(inside, now);
            if (!part.has_marks) words.append("[").append(part.words).append("]"); // somebody's own brackets
            else if (!part.lacks) words += part.words;
        }
        at = close + 1;
    }
    return words;
}

} // namespace cameo

#include "app/tour/needs.hpp"

#include "app/shell/layouts.hpp"
#include "views/builds.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr const char* kDemoQuery = "play music in the terminal";

TourHindrance wait(std::string sentence) {
    TourHindrance made;
    made.passes = true;
    made.sentence = std::move(sentence);
    return made;
}

TourHindrance lack(std::string sentence, std::string button = {}, std::optional<Command> command = {}) {
    TourHindrance made;
    made.sentence = std::move(sentence);
    made.button = std::move(button);
    made.leaves = command && std::holds_alternative<ShowView>(*command);
    made.command = std::move(command);
    return made;
}

/// Why nothing can be asked now.
std::optional<TourHindrance> no_search(const Snapshot& now) {
    const Workbench& bench = now.workbench;
    if (bench.phase == Phase::Loading) return wait("One moment: " + bench.model + " is being opened.");
    const bool unread = bench.phase == Phase::Empty || is_not_indexed(bench);
    if (unread && bench.building) return wait("The documents are being read. As soon as the first ones are, the tour goes on.");
    if (bench.phase == Phase::Empty)
        return lack("There is nothing to search yet. The tour needs a model and documents; the demo brings both.", "Set up the demo", ShowView{view_title::kWelcome});
    if (bench.phase == Phase::Failed)
        return lack("What was in use did not open: " + bench.error, "Show Welcome", ShowView{view_title::kWelcome});
    if (!bench.index_away.empty()) return lack("The server with the index cannot be asked: " + bench.index_away + ".", "Try again", OpenCollection{bench.collection});
    if (is_not_indexed(bench)) return lack(bench.model + " has not read the documents of " + bench.collection + " yet.", "Index it", BuildIndex{});
    return {};
}

std::optional<TourHindrance> no_result(const Snapshot& now, const std::string& query) {
    if (now.query_phase == Phase::Loading) return wait("One moment: the experts are reading \u201C" + now.running_query + "\u201D.");
    const std::string ask = query.empty() ? std::string() : "Ask \u201C" + query + "\u201D";
    const auto command = query.empty() ? std::optional<Command>() : RunQuery{query};
    if (now.trace && !now.trace->fused.empty()) return {};
    if (now.trace) return lack("Nothing was found for \u201C" + now.trace->query + "\u201D.", now.trace->query == query ? "" : ask, command);
    if (auto why = no_search(now)) return why;
    if (now.query_phase == Phase::Failed) return lack("The question was not answered: " + now.query_error, ask, command);
    if (query.empty()) return lack("Type a question into the box above and press Enter.");
    return lack("Nothing has been asked yet.", ask, command);
}

std::optional<TourHindrance> no_document(const Snapshot& now) {
    if (now.ledger && now.ledger->id == now.selection.document) return {};
    if (now.ledger_phase == Phase::Failed) return lack("Its score could not be taken apart: " + now.ledger_error);
    if (now.ledger_phase == Phase::Loading) return wait("One moment: its score is being taken apart.");
    return lack("No document is selected. Press one in the list.", "Show the list", Select{{.document = first_document(now)}});
}

} // namespace

std::optional<TourHindrance> tour_hindrance(TourNeed need, const Snapshot& now, const std::string& query) {
    if (need == TourNeed::Nothing) return {};
    if (need == TourNeed::Search) return now.trace ? std::nullopt : no_search(now);
    if (auto why = no_result(now, query)) return why;
    return need == TourNeed::Document ? no_document(now) : std::nullopt;
}

std::string tour_query(const Snapshot& now) {
    const auto& samples = now.workbench.samples;
    if (std::ranges::find(samples, kDemoQuery, &SampleQuery::text) != samples.end()) return kDemoQuery;
    if (now.trace) return now.trace->query;
    return samples.empty() ? std::string() : samples.front().text;
}

std::string first_document(const Snapshot& now) {
    if (!now.trace || now.trace->fused.empty()) return {};
    return now.trace->documents[static_cast<std::size_t>(now.trace->fused.front().document)].id;
}

} // namespace cameo

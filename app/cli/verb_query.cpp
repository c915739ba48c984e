// cameo query and cameo explain: one query through every expert and the fusion, and one document's score
// taken apart.

#include "app/cli/verbs.hpp"
#include "core/base/error.hpp"
#include "core/search/find_missing.hpp"
#include "core/search/leaves.hpp"
#include "core/search/word_importance.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>

namespace cameo {

namespace {

struct QueryOptions {
    EngineOptions engine;
    std::string text;
    std::optional<FusionSpec> fusion;
    std::string document, against, split = "test";
    std::vector<std::string> terms; ///< "word=weight"
    std::int32_t depth = QueryRequest{}.depth;
    std::int32_t hits = 10;
    std::int32_t missing = 0; ///< 0: not asked
    bool words = false;
    bool json = false;
};

void add_common(CLI::App& verb, QueryOptions& options) {
    options.engine.add_to(verb);
    options.engine.add_effort_to(verb);
    // One word, and the others from what is left over: a list of words would be CLI11's to split at commas
    // where one of them stands in square brackets.
    verb.add_option("TEXT", options.text, "the query; its words need no quotes")->required();
    verb.allow_extras();
    verb.add_option_function<std::string>(
            "--fusion", [&options](const std::string& text) { options.fusion = fusion_option(text); },
            "sum, minmax, zscore, rrf, rank or weighted, with weights as in zscore:1,2,1, or adaptive where "
            "cameo fuse has learned it; without: the model's own")
        ->type_name("TEXT");
    verb.add_option("--depth", options.depth, "candidates of each expert")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    verb.add_option("--term", options.terms,
                    "sets a word's weight in the query for the lexical expert, as in music=2.5; 0 takes it away; may be "
                    "given again")
        ->type_name("WORD=WEIGHT")
        ->allow_extra_args(false);
    verb.add_flag("--json", options.json, "as JSON");
}

/// The query's other words. @throws CLI::ExtrasError for an option that does not exist.
std::string further_words(const CLI::App& verb) {
    std::string words;
    bool options_end = false;
    for (const std::string& word : verb.remaining()) {
        if (!options_end && word == "--") {
            options_end = true;
        } else {
            if (!options_end && word.size() > 1 && word[0] == '-')
                throw CLI::ExtrasError(verb.get_name(), {word});
            words.append(1, ' ').append(word);
        }
    }
    return words;
}

/// @throws Error for what is not WORD=WEIGHT.
std::vector<TermEdit> term_edits(const SearchEngine& engine, const std::vector<std::string>& terms) {
    std::vector<TermEdit> edits;
    for (const std::string& term : terms) {
        const std::size_t equals = term.rfind('=');
        const char* const end = term.data() + term.size();
        float weight = 0;
        const auto read = equals == term.npos ? std::from_chars_result{end, std::errc::invalid_argument}
                                              : std::from_chars(term.data() + equals + 1, end, weight);
        if (read.ec != std::errc() || read.ptr != end || equals == 0)
            throw Error(ErrorKind::InvalidInput,
                        fmt::format("--term '{}': a word, '=' and its weight are expected, as in music=2.5", term));
        edits.push_back({.term = engine.term(std::string_view(term).substr(0, equals)), .weight = weight});
    }
    return edits;
}

Trace run(const SearchEngine& engine, const QueryOptions& options, std::int32_t ledgers, Progress& progress) {
    QueryRequest request;
    request.text = options.text;
    request.fusion = options.fusion ? *options.fusion : parse_fusion(engine.model().default_fusion());
    request.depth = options.depth;
    request.ledgers = ledgers;
    request.split = options.split;
    request.term_edits = term_edits(engine, options.terms);
    return engine.run(request, progress);
}

/// At most `width` bytes of a text, cut between two characters.
std::string shortened(const std::string& text, std::size_t width) {
    if (text.size() <= width) return text;
    std::size_t end = width - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end) + "...";
}

void print(const Trace& trace, std::size_t most, std::ostream& out) {
    std::size_t width = 8;
    for (std::size_t position = 0; position < std::min(most, trace.fused.size()); ++position)
        width = std::max(width,
                         trace.documents[static_cast<std::size_t>(trace.fused[position].document)].id.size());
    out << fmt::format("{:>4}  {:<{}}  {:>10}", "rank", "document", width, "score");
    for (const ExpertTrace& expert : trace.experts)
        out << fmt::format("  {:>17}", expert.name);
    out << '\n';
    for (std::size_t position = 0; position < std::min(most, trace.fused.size()); ++position) {
        const FusedHit& hit = trace.fused[position];
        const auto& document = trace.documents[static_cast<std::size_t>(hit.document)];
        out << fmt::format("{:>4}  {:<{}}  {:>10.4f}", position + 1, document.id, width, hit.score);
        for (std::size_t expert = 0; expert < trace.experts.size(); ++expert)
            out << fmt::format("  {:>10.4f} {:>6}", document.raw[expert],
                               fmt::format("#{}", document.rank[expert]));
        const auto grade = trace.grades.find(document.id);
        if (grade != trace.grades.end() && grade->second > 0) out << "  relevant";
        const std::string words = document.title.empty() ? document.snippet : document.title;
        out << "\n      " << shortened(words, 100) << '\n';
    }
    if (trace.fused.empty()) out << "nothing found\n";
}

void print_times(const Trace& trace, std::ostream& err) {
    err << fmt::format("fusion {}; {} documents in the union; {:.1f} ms: encode {:.1f}",
                       trace.fusion.method == FusionMethod::Adaptive ? describe(trace.fusion, trace.query_weights)
                                                                     : to_string(trace.fusion),
                       trace.documents.size(), trace.timings.total_ms,
                       trace.timings.encode_ms);
    for (const ExpertTrace& expert : trace.experts)
        err << fmt::format(", {} {:.1f}", expert.name, expert.candidates_ms);
    err << fmt::format(", rescore {:.1f}, fuse {:.1f}, explain {:.1f}\n", trace.timings.rescore_ms,
                       trace.timings.fuse_ms, trace.timings.explain_ms);
}

} // namespace

void add_query(VerbContext context) {
    auto* verb = context.program.add_subcommand("query", "search: every expert's list and the fused one");
    auto options = std::make_shared<QueryOptions>();
    add_common(*verb, *options);
    verb->add_option("-k", options->hits, "documents to print")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    verb->add_option("--split", options->split, "whose judgments mark documents as relevant")
        ->capture_default_str();
    verb->callback([=] {
        options->text += further_words(*verb);
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto engine = open_engine(options->engine, console, progress);
            const DeviceInfo device = engine->model().device();
            const Trace trace = run(*engine, *options, 0, progress);
            progress.clear_line();
            tell_device_trouble(device, engine->model().device(), console.err);
            if (trace.query_truncated) console.err << "the query is longer than the experts read\n";
            if (options->json) {
                console.out << to_json(trace, static_cast<std::size_t>(options->hits)) << '\n';
            } else {
                print(trace, static_cast<std::size_t>(options->hits), console.out);
                print_times(trace, console.err);
            }
        };
    });
}

void add_explain(VerbContext context) {
    auto* verb =
        context.program.add_subcommand("explain", "the ledger: every term and token pair of a score");
    auto options = std::make_shared<QueryOptions>();
    add_common(*verb, *options);
    verb->add_option("--doc", options->document, "id of the document")->required();
    verb->add_option("--against", options->against, "id of another document, whose score is subtracted leaf by leaf")
        ->type_name("ID");
    verb->add_option("--missing", options->missing,
                     "why the document is not among the first K: the stage that lost it, its rank among all documents under "
                     "each expert, the least change that would bring it there")
        ->type_name("K")
        ->check(CLI::Range(1, 100000))
        ->excludes("--against");
    verb->add_flag("--words", options->words, "what each word of the query does for the document: the query without it, word by word")
        ->excludes("--against")
        ->excludes("--missing");
    verb->callback([=] {
        options->text += further_words(*verb);
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto engine = open_engine(options->engine, console, progress);
            const DeviceInfo device = engine->model().device();
            const Trace trace = run(*engine, *options, 0, progress);
            const auto print = [&](const auto& result) {
                progress.clear_line();
                tell_device_trouble(device, engine->model().device(), console.err);
                if (options->json) console.out << to_json(result) << '\n';
                else console.out << to_text(result);
            };
            if (options->words) print(word_importance(*engine, trace, options->document, progress));
            else if (options->missing > 0) print(find_missing(*engine, trace, options->document, options->missing, progress));
            else if (options->against.empty()) print(engine->explain(trace, options->document));
            else print(subtract(engine->explain(trace, options->document), engine->explain(trace, options->against), fusion_lines(trace)));
        };
    });
}

} // namespace cameo

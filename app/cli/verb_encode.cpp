// cameo encode: what one expert makes of texts, one JSON line each way.

#include "app/cli/line_input.hpp"
#include "app/cli/verbs.hpp"
#include "core/base/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <ostream>

namespace cameo {

namespace {

constexpr std::size_t kAtOnce = 64; ///< lines that are read before an answer, where they are there already

struct EncodeOptions {
    std::string model = EngineOptions{}.model, expert, role = "document";
};

/// Shortest digits that read back as the same float.
void put_number(std::string& line, float value) {
    if (std::isfinite(value))
        fmt::format_to(std::back_inserter(line), "{}", value);
    else
        line += "null";
}

void put_vector(std::string& line, std::span<const float> values) {
    line += '[';
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (at > 0) line += ',';
        put_number(line, values[at]);
    }
    line += ']';
}

std::string quoted(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string to_line(const Representation& representation, ExpertKind kind, const Tokenizer& tokenizer) {
    std::string line;
    if (kind == ExpertKind::Global) {
        line = R"({"vector":)";
        put_vector(line, representation.pooled);
    } else if (kind == ExpertKind::Lexical) {
        const SparseVector& sparse = representation.sparse;
        std::vector<std::size_t> order(sparse.terms.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return sparse.weights[a] > sparse.weights[b]; });
        line = R"({"terms":{)";
        for (std::size_t at = 0; at < order.size(); ++at) {
            line += (at > 0 ? "," : "") + quoted(tokenizer.token(sparse.terms[order[at]])) + ':';
            put_number(line, sparse.weights[order[at]]);
        }
        line += '}';
    } else {
        const TokenVectors& tokens = representation.tokens;
        line = R"({"tokens":[)";
        for (std::size_t token = 0; token < tokens.count(); ++token)
            line += (token > 0 ? "," : "") + quoted(tokenizer.token(tokens.tokens[token]));
        line += R"(],"vectors":[)";
        const auto width = static_cast<std::size_t>(tokens.width);
        for (std::size_t token = 0; token < tokens.count(); ++token) {
            if (token > 0) line += ',';
            put_vector(line, std::span(tokens.rows).subspan(token * width, width));
        }
        line += ']';
    }
    return line + "}\n";
}

std::string text_of(const std::string& line, std::int64_t number) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("text") || !json["text"].is_string())
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("standard input, line {}: expected a JSON object with a \"text\"", number));
    return json["text"].get<std::string>();
}

void encode(const EncodeOptions& options, Console& console, ConsoleProgress& progress) {
    progress.begin("loading the model", Unit::Steps);
    const auto model = open_model(options.model);
    const auto experts = model->experts();
    const auto expert = std::find_if(experts.begin(), experts.end(),
                                     [&](const ExpertInfo& info) { return info.name == options.expert; });
    if (expert == experts.end()) {
        std::string names;
        for (const ExpertInfo& info : experts)
            names += (names.empty() ? "" : ", ") + info.name;
        throw Error(ErrorKind::NotFound, fmt::format("model {} has no expert '{}': it has {}", model->name(),
                                                     options.expert, names));
    }
    const auto expert_idx = static_cast<std::size_t>(expert - experts.begin());
    progress.clear_line();

    const DeviceInfo device = model->device();
    LineInput lines(console.in);
    std::int64_t number = 0;
    for (bool more = true; more;) {
        std::vector<std::string> texts;
        // Whoever waits for an answer before the next line gets it.
        while (texts.size() < kAtOnce && (texts.empty() || !lines.would_wait())) {
            std::string line;
            if (!(more = lines.next(line, progress))) break;
            ++number;
            if (!line.empty()) texts.push_back(text_of(line, number));
        }
        if (texts.empty()) continue;
        const auto representations = model->encode(
            texts, options.role == "query" ? Role::Query : Role::Document, expert_idx, progress);
        for (const Representation& representation : representations)
            console.out << to_line(representation, expert->kind, model->tokenizer(expert_idx));
        console.out.flush();
    }
    tell_device_trouble(device, model->device(), console.err);
}

} // namespace

void add_encode(VerbContext context) {
    auto* verb = context.program.add_subcommand("encode", "what an expert makes of texts");
    verb->footer(
        "Reads one JSON object a line from standard input, {\"text\": …}, and answers each with a line:\n"
        "{\"vector\"} of a global, {\"terms\"} of a lexical, {\"tokens\", \"vectors\"} of a local expert.");
    auto options = std::make_shared<EncodeOptions>();
    verb->add_option("--model", options->model, "name of a stored model, or a model's folder")
        ->capture_default_str();
    verb->add_option("--expert", options->expert, "name of one of its experts")->required();
    verb->add_option("--role", options->role, "query or document")
        ->check(CLI::IsMember({"query", "document"}))
        ->capture_default_str();
    verb->add_flag("--json")->description("as JSON, which it always is");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            encode(*options, console, progress);
        };
    });
}

} // namespace cameo

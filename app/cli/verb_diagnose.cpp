// cameo diagnose: what is wrong with a training, by its record, or with a model, by judged queries.

#include "app/cli/verbs.hpp"
#include "app/demo.hpp"
#include "app/trainings/find_training.hpp"
#include "app/trainings/read_evidence.hpp"
#include "core/base/error.hpp"
#include "core/diagnose/diagnose_model.hpp"
#include "core/diagnose/diagnose_training.hpp"
#include "core/eval/measure_search_losses.hpp"
#include "core/eval/score_judged.hpp"
#include "core/index/bm25.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <ostream>
#include <span>

namespace cameo {

namespace {

struct DiagnoseOptions {
    std::string training;
    EngineOptions engine;
    std::string split = "test";
    std::optional<FusionSpec> fusion;
    std::string fail_on; ///< name(Severity); empty: never
    bool json = false;
};

std::vector<Finding> of_model(const DiagnoseOptions& options, Console& console, ConsoleProgress& progress) {
    const auto engine = open_engine(options.engine, console, progress);
    const DeviceInfo device = engine->model().device();
    std::string remark;
    const auto bm25 = Bm25::load_or_build(bm25_file(engine->collection().name()), engine->collection(), progress, &remark);
    const JudgedScores scores = score_judged(*engine, bm25.get(), {.split = options.split}, progress);
    const FusionSpec fusion = options.fusion ? *options.fusion : parse_fusion(engine->model().default_fusion());
    const bool gated = engine->model().gate_rule().has_value();
    std::vector<Finding> findings = diagnose(scores, fusion, gated, progress);
    std::ranges::move(diagnose(measure_search_losses(*engine, scores.judged, progress)), std::back_inserter(findings));
    if (gated && engine->model().experts().front().gate > 1) // that of a dense block chooses nothing
        std::ranges::move(diagnose(report_gate(engine->model(), engine->collection(), &engine->index(), {.split = options.split}, progress)), std::back_inserter(findings));
    sort_findings(findings);
    progress.clear_line();
    tell_device_trouble(device, engine->model().device(), console.err);
    if (!remark.empty()) console.err << remark << '\n';
    return findings;
}

/// For whoever lets a build fail on a finding.
void fail_on(std::string_view least, std::span<const Finding> findings) {
    const auto is_bad = [least](const Finding& finding) {
        constexpr Severity kAll[] = {Severity::Note, Severity::Warning, Severity::Serious};
        return finding.severity >= *std::ranges::find(kAll, least, [](Severity severity) { return name(severity); });
    };
    const auto bad = std::ranges::count_if(findings, is_bad);
    if (bad == 0) return;
    const std::string first = std::ranges::find_if(findings, is_bad)->id;
    throw Error(ErrorKind::InvalidInput, std::to_string(bad) + (bad == 1 ? " finding is " : " findings are ") + std::string(least) + (least == name(Severity::Serious) ? "" : " or worse") + ": " + first + (bad > 1 ? ", \u2026" : ""));
}

} // namespace

void add_diagnose(VerbContext context) {
    auto* verb = context.program.add_subcommand("diagnose", "what is wrong with a training, by its record, or with a model, by judged queries; and what may mend it");
    auto options = std::make_shared<DiagnoseOptions>();
    verb->add_option("TRAINING", options->training, "its name, or its folder; without: a model is diagnosed");
    options->engine.add_to(*verb);
    verb->add_option("--split", options->split, "of a model: by which judged queries")->capture_default_str();
    verb->add_option_function<std::string>(
        "--fusion", [options](const std::string& text) { options->fusion = fusion_option(text); }, "of a model: under which fusion; without: its own");
    verb->add_option("--fail-on", options->fail_on, "exit code 1 where a finding is that severe: note, warning or serious; for builds")->check(CLI::IsMember({"note", "warning", "serious"}));
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto findings = options->training.empty() ? of_model(*options, console, progress) : diagnose(read_evidence(find_training(options->training)));
            console.out << (options->json ? to_json(findings) + '\n' : to_text(findings));
            if (!options->fail_on.empty()) fail_on(options->fail_on, findings);
        };
    });
}

} // namespace cameo

// cameo model import | create | list | info

#include "app/cli/json_line.hpp"
#include "app/cli/verbs.hpp"
#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/sample_texts.hpp"
#include "core/model/came/create_came.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/model/export.hpp"
#include "core/model/model.hpp"
#include "core/model/expert_names.hpp"
#include "core/model/import.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <ostream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

struct ModelOptions {
    std::string path, name;
    bool replace = false, json = false;
};

constexpr const char* kReplaceHelp = "in the place of the stored model of its name";

Json describe(const Model& model) {
    Json experts = Json::array();
    for (const ExpertInfo& expert : model.experts())
        experts.push_back({{"name", expert.name},
                           {"kind", name(expert.kind)},
                           {"width", expert.width},
                           {"max_query_tokens", expert.max_query_tokens},
                           {"max_document_tokens", expert.max_document_tokens},
                           {"description", expert.description}});
    Json unused = Json::array();
    std::size_t used = 0;
    for (const LoadReport::Entry& entry : model.load_report().tensors) {
        if (!entry.used_as.empty())
            ++used;
        else
            unused.push_back({{"file", entry.file}, {"tensor", entry.tensor}});
    }
    return {{"name", model.name()},
            {"kind", model.kind()},
            {"experts", std::move(experts)},
            {"version", model.version()},
            {"default_fusion", model.default_fusion()},
            {"tensors_used", used},
            {"tensors_unused", std::move(unused)},
            {"remarks", model.load_report().remarks}};
}

void print(std::ostream& out, const Json& model) {
    out << fmt::format("{}, {}, version {}\n", model["name"].get<std::string>(),
                       model["kind"].get<std::string>(), model["version"].get<std::string>());
    for (const auto& expert : model["experts"]) {
        out << fmt::format("  {} ({}): width {}, reads {} tokens of a query, {} of a document\n",
                           expert["name"].get<std::string>(), expert["kind"].get<std::string>(),
                           expert["width"].get<int>(), expert["max_query_tokens"].get<int>(),
                           expert["max_document_tokens"].get<int>());
        if (const auto words = expert["description"].get<std::string>(); !words.empty())
            out << "    " << words << '\n';
    }
    out << fmt::format("default fusion {}\n{} tensors in use, {} that nothing reads\n",
                       model["default_fusion"].get<std::string>(), model["tensors_used"].get<std::size_t>(),
                       model["tensors_unused"].size());
    for (const auto& tensor : model["tensors_unused"])
        out << "  " << tensor["file"].get<std::string>() << ": " << tensor["tensor"].get<std::string>()
            << '\n';
    for (const auto& remark : model["remarks"])
        out << remark.get<std::string>() << '\n';
}

void show(const Model& model, bool json, Console& console) {
    if (json)
        console.out << json_line(describe(model));
    else
        print(console.out, describe(model));
}

/// It would hide one that ships, which the demo opens, or end one that is stored, which trainings may have in their recipes.
void refuse_taken(const std::string& name, bool replace) {
    if (std::filesystem::exists(folders().shipped_models() / name / "model.json"))
        throw Error(ErrorKind::InvalidInput, fmt::format("a model that ships with Cameo is named {}; --name gives the new one another name", name));
    const auto stored = folders().models() / name;
    if (!replace && std::filesystem::exists(stored / "model.json"))
        throw Error(ErrorKind::InvalidInput, fmt::format("{}: there is a model of this name; --name gives the new one another, --replace its place", stored.string()));
}

void add_create_came(CLI::App& create, VerbContext context) {
    auto* came = create.add_subcommand("came", "three experts over shared layers (arXiv 2311.02834), from one checkpoint");
    auto options = std::make_shared<CameOptions>(CameOptions{.name = "came-0", .from = "cache:all-minilm-l6-v2"});
    auto collection = std::make_shared<std::string>("debian");
    auto replace = std::make_shared<bool>(false), json = std::make_shared<bool>(false);
    came->add_option("--from", options->from, "a Hugging Face folder of the BERT family")->capture_default_str();
    came->add_option("--name", options->name, "its name")->capture_default_str();
    came->add_option("--experts", options->experts, "which of lexical, local and global, in their order")->delimiter(',')->capture_default_str();
    came->add_option("--shared", options->shared, "layers that all experts share")->capture_default_str();
    came->add_option("--private", options->own, "layers of each expert's own, copied from the last ones")->capture_default_str();
    came->add_option("--local-width", options->local_width, "numbers of a local token vector")->capture_default_str();
    came->add_option("--query-tokens", options->query_tokens, "it reads that many of a query")->capture_default_str();
    came->add_option("--document-tokens", options->document_tokens, "it reads that many of a document")->capture_default_str();
    came->add_option("--document-terms", options->document_terms, "the lexical expert keeps that many of a document's; 0: all")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    came->add_option("--active-terms", options->active_terms, "a document has about that many before training")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    came->add_option("--collection", *collection, "whose documents the new heads are fitted to")->capture_default_str();
    came->add_flag("--replace", *replace, kReplaceHelp);
    came->add_flag("--json", *json, "as JSON");
    came->callback([=] {
        context.action = [=](Console& console, ConsoleProgress& progress) {
            refuse_taken(options->name, *replace);
            constexpr std::int64_t kTexts = 300;
            const auto texts = sample_texts(*open_collection(*collection), kTexts);
            const auto model = open_model(create_came(*options, texts, progress));
            progress.clear_line();
            show(*model, *json, console);
        };
    });
}

void add_create_sbmoe(CLI::App& create, VerbContext context) {
    auto* sbmoe = create.add_subcommand("sbmoe", "a mixture of experts behind an encoder (arXiv 2412.11864)");
    struct Given {
        SbmoeOptions options{.name = "sbmoe-0", .from = "cache:all-minilm-l6-v2"};
        std::string form = "corrected", pooling = "mean";
        bool replace = false, json = false;
    };
    static const std::map<std::string, MoeForm> kForms{{"reference", MoeForm::Reference}, {"corrected", MoeForm::Corrected}};
    static const std::map<std::string, Pooling> kPoolings{
        {"mean", Pooling::Mean}, {"max", Pooling::Max}, {"cls", Pooling::Cls}, {"identity", Pooling::Identity}};
    auto given = std::make_shared<Given>();
    auto& options = given->options;
    sbmoe->add_option("--from", options.from, "a Hugging Face folder of the BERT family")->capture_default_str();
    sbmoe->add_option("--name", options.name, "its name")->capture_default_str();
    sbmoe->add_option("--experts", options.experts, "how many")->capture_default_str();
    sbmoe->add_option("--inner", options.inner, "width between an expert's layers; 0: half the encoder's")->capture_default_str();
    sbmoe->add_option("--form", given->form, "how experts are added up; reference: as the authors' code has it")
        ->capture_default_str()->check(CLI::IsMember(kForms));
    sbmoe->add_option("--chosen", options.chosen, "experts that serve a text; 0: all")->capture_default_str();
    sbmoe->add_option("--gate-scale", options.gate_scale,
                      "factor of the gate's input; without: the root of its width for corrected unit vectors, else 1");
    sbmoe->add_option("--pooling", given->pooling, "how token vectors become one; identity: BERT's own pooler")
        ->capture_default_str()->check(CLI::IsMember(kPoolings));
    sbmoe->add_option("--normalise-input", options.normalise_input, "unit length before the block; without: in the corrected form");
    sbmoe->add_option("--normalise-output", options.normalise_output, "unit length behind it; without: in the corrected form");
    sbmoe->add_option("--query-tokens", options.query_tokens, "it reads that many of a query")->capture_default_str();
    sbmoe->add_option("--document-tokens", options.document_tokens, "it reads that many of a document")->capture_default_str();
    sbmoe->add_option("--seed", options.seed, "decides the experts' first weights")->capture_default_str();
    sbmoe->add_flag("--replace", given->replace, kReplaceHelp);
    sbmoe->add_flag("--json", given->json, "as JSON");
    sbmoe->callback([=] {
        context.action = [=](Console& console, ConsoleProgress& progress) {
            progress.begin("making the model", Unit::Steps);
            given->options.form = kForms.at(given->form);
            given->options.pooling = kPoolings.at(given->pooling);
            refuse_taken(given->options.name, given->replace);
            const auto model = open_model(create_sbmoe(given->options));
            progress.clear_line();
            show(*model, given->json, console);
        };
    });
}

void add_create(CLI::App& verb, VerbContext context) {
    auto* create = verb.add_subcommand("create", "make a model to be trained");
    create->require_subcommand(1);
    add_create_came(*create, context);
    add_create_sbmoe(*create, context);
}

} // namespace

void add_model(VerbContext context) {
    auto* verb = context.program.add_subcommand("model", "import, list and describe models");
    verb->require_subcommand(1);
    auto options = std::make_shared<ModelOptions>();

    auto* import = verb->add_subcommand("import", "make a stored model from a folder of weights");
    import
        ->add_option("PATH", options->path,
                     "a Hugging Face, ColBERT, PyLate, sentence-transformers or SB-MoE folder, or one with model.json")
        ->required();
    import->add_option("--name", options->name, "its name; without: the folder's");
    import->add_flag("--replace", options->replace, kReplaceHelp);
    import->add_flag("--json", options->json, "as JSON");
    import->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const std::string name = imported_name(options->path, options->name);
            refuse_taken(name, options->replace);
            progress.begin("reading the weights", Unit::Steps);
            const auto model = open_model(import_model(options->path, name));
            progress.clear_line();
            show(*model, options->json, console);
        };
    });

    add_create(*verb, context);

    auto* hand_on = verb->add_subcommand("export", "a small folder with what training changed, to hand on");
    auto target = std::make_shared<std::string>();
    hand_on->add_option("NAME", options->path, "a model's name, or its folder")->required();
    hand_on->add_option("FOLDER", *target, "the folder to make")->required();
    hand_on->add_option("--name", options->name, "the model's name there; without: the folder's");
    hand_on->callback([=] {
        context.action = [options, target](Console& console, ConsoleProgress& progress) {
            namespace fs = std::filesystem;
            progress.begin("writing the model", Unit::Steps);
            const fs::path to = whole_path(*target); // "out/" has a name too
            export_model(find_model(options->path), to,
                         options->name.empty() ? to.filename().string() : options->name);
            progress.clear_line();
            std::uintmax_t bytes = 0;
            for (const auto& entry : fs::directory_iterator(to))
                bytes += entry.file_size();
            console.out << fmt::format("{}: {}\n", to.string(), in_bytes(double(bytes)));
        };
    });

    auto* list = verb->add_subcommand("list", "the stored models, and those that ship with Cameo");
    list->add_flag("--json", options->json, "as JSON");
    list->callback([=] {
        context.action = [options](Console& console, ConsoleProgress&) {
            Json models = Json::array();
            for (const ModelSummary& model : list_models()) {
                models.push_back({{"name", model.name}, {"kind", model.kind}, {"shipped", model.shipped}});
                if (!options->json)
                    console.out << fmt::format("{:<24} {:<10}{}\n", model.name, model.kind, model.shipped ? "shipped" : "");
            }
            if (options->json) console.out << json_line({{"models", std::move(models)}});
        };
    });

    auto* info = verb->add_subcommand("info", "a model's experts, and what became of every tensor");
    info->add_option("NAME", options->name, "a stored model, or a model's folder")->required();
    info->add_flag("--json", options->json, "as JSON");
    info->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            progress.begin("loading the model", Unit::Steps);
            const auto model = open_model(options->name);
            progress.clear_line();
            show(*model, options->json, console);
        };
    });
}

} // namespace cameo

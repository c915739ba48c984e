#pragma once

#include "app/cli/console.hpp"
#include "core/search/engine.hpp"

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace cameo {

/// What every verb gets: adding one declares its options and, once its words are parsed, leaves what is to be
/// done.
struct VerbContext {
    CLI::App& program;
    std::function<void(Console&, ConsoleProgress&)>& action;
};

void add_doctor(VerbContext context);
void add_demo(VerbContext context);
void add_model(VerbContext context);
void add_collection(VerbContext context);
void add_index(VerbContext context);
void add_encode(VerbContext context);
void add_query(VerbContext context);
void add_explain(VerbContext context);
void add_eval(VerbContext context);
void add_fuse(VerbContext context);
void add_train(VerbContext context);
void add_experiments(VerbContext context);
void add_gate(VerbContext context);
void add_glossary(VerbContext context);
void add_diagnose(VerbContext context);

/// --model and --collection, with the demo's as defaults.
struct EngineOptions {
    std::string model, collection;
    EngineOptions();
    void add_to(CLI::App& verb);
    LocalEffort effort;
    LexicalEffort lexical;
    void add_effort_to(CLI::App& verb);
};

/// Model, collection and their index. @throws Error(NotFound) naming the command that makes the index.
std::shared_ptr<const SearchEngine> open_engine(const EngineOptions& options, Console& console,
                                                Progress& progress);

/// Says what befell the device while a verb encoded, such as memory that ran out: nothing when nothing did.
void tell_device_trouble(const DeviceInfo& before, const DeviceInfo& after, std::ostream& err);

/// "sum" … as an option: a name that does not exist is misuse.
FusionSpec fusion_option(const std::string& text);

} // namespace cameo

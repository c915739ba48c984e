// cameo glossary: what the words mean that the window, the documentation and this command line use.

#include "app/cli/verbs.hpp"
#include "core/base/error.hpp"
#include "views/glossary/glossary_text.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace cameo {

void add_glossary(VerbContext context) {
    struct Options {
        std::string term;
        bool json = false, markdown = false;
    };
    auto* verb = context.program.add_subcommand("glossary", "what the words mean that are used here: in plain words, then exactly");
    auto options = std::make_shared<Options>();
    verb->add_option("TERM", options->term, "one of them, or a part of what is said of it; without: all");
    auto* json = verb->add_flag("--json", options->json, "as an array");
    verb->add_flag("--markdown", options->markdown, "all of them as docs/glossary.md has them")->excludes(json);
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress&) {
            if (options->markdown) {
                console.out << glossary_markdown();
                return;
            }
            std::vector<const GlossaryTerm*> terms = terms_with(options->term);
            if (const GlossaryTerm* one = options->term.empty() ? nullptr : find_term(options->term)) terms = {one};
            if (terms.empty()) throw Error(ErrorKind::NotFound, "no term is called '" + options->term + "', or explained by it; `cameo glossary` lists all of them");
            if (options->json) {
                console.out << to_json(terms);
                return;
            }
            for (const GlossaryTerm* term : terms) console.out << to_text(*term) << (term == terms.back() ? "" : "\n");
        };
    });
}

} // namespace cameo

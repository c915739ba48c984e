#include "app/glossary_actions.hpp"

#include "app/app.hpp"
#include "views/icons.hpp"
#include "views/term_pointer.hpp"

namespace cameo {

void add_glossary_action(App& app, CommandTable& table) {
    table.add({.id = "help.glossary", .title = "Glossary", .menu = "Help", .help = "What the words in the window mean; with the mouse on one of them, that one.",
               .icon = icon::kHelp, .shortcuts = {ImGuiMod_Shift | ImGuiKey_F1}, .run = [&app] {
                   GlossarySheet& sheet = app.shell().glossary();
                   const GlossaryTerm* pointed = term_pointer().pointed();
                   if (sheet.is_open()) sheet.close();
                   else sheet.show(pointed ? std::string(pointed->name) : std::string());
               }});
}

void add_momentary_glossary_actions(App& app, std::vector<Action>& actions) {
    for (const GlossaryTerm& term : glossary())
        actions.push_back({.id = "glossary." + std::string(term.name), .title = "Glossary: " + std::string(term.name), .help = std::string(term.plain), .icon = icon::kHelp,
                           .run = [&app, &term] { app.shell().glossary().show(std::string(term.name)); }});
}

} // namespace cameo

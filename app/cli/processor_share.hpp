#pragma once

namespace CLI {
class App;
}

namespace cameo {

/// The options --threads and --nice of verbs that work for long, for `cameo VERB --help`; share_processor() acts on them.
void add_processor_share(CLI::App& verb);

/// A training shares the processor with the window and whatever else is at work: as many threads as its --threads says, its
/// --nice, and threads that wait for each other without keeping the processor busy. Libraries read how many processors there
/// are, and how to wait, when they are loaded, so the program is begun once more where something changes.
/// @param values as main() has them, a null pointer behind them
void share_processor(int count, char** values);

} // namespace cameo

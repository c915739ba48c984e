#pragma once

#include "views/snapshot.hpp"

#include <cstddef>
#include <memory>

namespace cameo {

struct SampleOptions {
    std::size_t documents = 120; ///< of the union; the first 14 are written by hand, the rest follow by a fixed rule
    std::size_t experts = 3;     ///< 1 … 8: lexical, local, global, then further global ones
    FusionSpec fusion{.method = FusionMethod::MinMax};
    bool judged = true;
    bool titled = false; ///< documents with titles and numbers for ids, as papers have, instead of package names
};

/// A run of "play music in the terminal" over packages, with made-up figures that hold together: parts add up to
/// scores, ranks follow scores, the ledger of the first document adds up to its raw scores.
Trace sample_trace(const SampleOptions& options = {});
/// The ledger of "cmus" under sample_trace(), with terms, expansion terms, token pairs and fields.
Ledger sample_ledger(const Trace& trace);

/// A whole frame: workbench ready, sample_trace(), "cmus" selected, its ledger, history and jobs.
Snapshot sample_snapshot(const SampleOptions& options = {});
/// Nothing set up yet, with an offer to build the demo.
Snapshot first_run_snapshot();
/// Jobs in every state there is.
std::vector<JobSnapshot> sample_jobs();

} // namespace cameo

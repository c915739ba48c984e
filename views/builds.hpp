#pragma once

#include "views/snapshot.hpp"

#include <string>

namespace cameo {

/// The job that builds the demo or an index right now; null when none does.
const JobSnapshot* running_build(const Snapshot& now);
/// The newest build that ended, if it failed: what a later one finished is no longer news. Null otherwise.
const JobSnapshot* failed_build(const Snapshot& now);

/// A model and a collection are open and nothing of it can be searched.
bool is_not_indexed(const Workbench& bench);
/// Some documents can be searched and the rest is still to come.
bool is_partly_indexed(const Workbench& bench);
/// "1,204 of 3,000 documents are indexed"
std::string indexed_words(const IndexInfo& index);

} // namespace cameo

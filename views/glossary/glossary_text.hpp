#pragma once

#include "views/glossary/glossary.hpp"

#include <span>
#include <string>

namespace cameo {

/// docs/glossary.md, to the last byte.
std::string glossary_markdown();
/// One term for a terminal, with a line end.
std::string to_text(const GlossaryTerm& term);
/// [{"term","group","plain","exact","formula","forms","see"}], with a line end.
std::string to_json(std::span<const GlossaryTerm* const> terms);
/// The terms that have these words in their name, in a form, or in what is said of them; those whose name has them first.
std::vector<const GlossaryTerm*> terms_with(std::string_view words);

} // namespace cameo

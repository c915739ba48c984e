#pragma once

#include "views/snapshot.hpp"

#include <string>
#include <string_view>

namespace cameo {

/// A caption with what is on screen in place of its marks: "{first} is first." docs/stories.md lists them. A part in [brackets] that has
/// a mark with nothing to say just now is left out, and [!{mark} …] is there only then; elsewhere "…" stands for what is not known. Anything else stays as it is.
std::string live_words(std::string_view caption, const Snapshot& now);

} // namespace cameo

#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cameo {

/// A chip that opens the list of slices that somebody has made of the judged queries: each can be renamed, changed and taken away, and
/// more are added.
class OwnSlicesEditor {
public:
    void draw(const Snapshot& now, Commands& out);

private:
    /// @return whether one of them has changed
    bool draw_slices();

    void keep(const Snapshot& now, Commands& out);

    std::vector<OwnSlice> m_slices; ///< as they are being edited
    std::vector<bool> m_kept;       ///< of each whether it is in use: what is new and not whole yet is not missed
};

/// A chip that makes a slice of some queries. @param ids of judged queries: asked for when it is pressed
void keep_as_slice(const Snapshot& now, const std::function<std::vector<std::string>()>& ids, Commands& out);

} // namespace cameo

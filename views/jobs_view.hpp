#pragma once

#include "views/view.hpp"

namespace cameo {

/// Everything that works in the background: running and waiting first, then what ended, with its reason.
class JobsView final : public View {
public:
    JobsView();

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;
};

} // namespace cameo

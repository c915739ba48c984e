#pragma once

#include "core/diagnose/finding.hpp"
#include "views/view.hpp"

namespace cameo {

/// What is wrong with the training that is looked at, or worth knowing: each finding with what it means, what it rests on, and
/// what may mend it.
class FindingsView final : public View {
public:
    FindingsView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_finding(const Snapshot& now, const Finding& finding, Commands& out) const;
};

} // namespace cameo

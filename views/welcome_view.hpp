#pragma once

#include "views/view.hpp"

namespace cameo {

/// The first thing a newcomer sees: what Cameo is, one button that builds the demo, what that costs, how far it is,
/// and questions to ask as soon as something is indexed.
class WelcomeView final : public View {
public:
    WelcomeView();

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_first_run(const Snapshot& now, Commands& out, float width);
    void draw_failed(const Workbench& bench, const JobSnapshot& job, Commands& out, float width);
    void draw_building(const Snapshot& now, const JobSnapshot& job, Commands& out, float width);
    void draw_ready(const Snapshot& now, Commands& out, float width);
    void draw_samples(const Snapshot& now, Commands& out, float width);

    float m_content_height = 0; ///< of the frame before, in real pixels
};

} // namespace cameo

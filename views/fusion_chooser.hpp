#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string>
#include <vector>

namespace cameo {

/// Contents of a popup that chooses the fusion: methods with what they do in plain words, k and weights where they
/// count. Each change is a SetFusion at once: re-fusing is cheap and the lists follow while a slider is dragged.
/// @param now_used the fusion of the trace on screen.
void fusion_menu(const FusionSpec& now_used, const std::vector<ExpertInfo>& experts, Commands& out);

/// The fusion on screen, or the default before the first query.
FusionSpec shown_fusion(const Snapshot& now);
/// The experts on screen: the trace's, or the model's before the first query.
std::vector<ExpertInfo> shown_experts(const Snapshot& now);

} // namespace cameo

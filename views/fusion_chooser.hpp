#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string>
#include <vector>

namespace cameo {

/// Contents of a popup that chooses the fusion: methods with what they do in plain words, k and weights where they
/// count. Each change is a SetFusion at once: re-fusing is cheap and the lists follow while a slider is dragged.
/// @param now_used the fusion of the trace on screen.   @param adaptive whether that one is offered as well
void fusion_menu(const FusionSpec& now_used, const std::vector<ExpertInfo>& experts, bool adaptive, Commands& out);

/// Whether all its weights are 0: a list of ties is no ranking, so nobody is offered that.
bool hears_nobody(const FusionSpec& fusion);

/// The fusion on screen, or the default before the first query.
FusionSpec shown_fusion(const Snapshot& now);
/// Whether what is on screen can be fused by weights learned for each query.
bool offers_adaptive(const Snapshot& now);
/// The experts on screen: the trace's, or the model's before the first query.
std::vector<ExpertInfo> shown_experts(const Snapshot& now);

} // namespace cameo

#pragma once

#include "core/diagnose/finding.hpp"
#include "core/diagnose/training_evidence.hpp"

#include <vector>

namespace cameo {

/// All that a training's record says is wrong with it, or worth knowing; the worst first. It may run still. docs/findings.md has
/// the thresholds and what set them. Thread-safe.
std::vector<Finding> diagnose(const TrainingEvidence& training);

// Its parts, each of which adds what it finds.
void find_gate_trouble(const TrainingEvidence& training, std::vector<Finding>& findings);        ///< SB-MoE
void find_competition_trouble(const TrainingEvidence& training, std::vector<Finding>& findings); ///< CAME
void find_learning_trouble(const TrainingEvidence& training, std::vector<Finding>& findings);
void find_expert_trouble(const TrainingEvidence& training, std::vector<Finding>& findings);
void find_negatives_trouble(const TrainingEvidence& training, std::vector<Finding>& findings);

} // namespace cameo

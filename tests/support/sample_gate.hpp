#pragma once

#include "views/snapshot.hpp"

#include <cstddef>

namespace cameo {

enum class SampleGate { Specialised, Collapsed, Undecided };

/// An SB-MoE model's run of "play music in the terminal" over made-up documents, and the report of its gate over 300 made-up
/// queries and documents; what follows from the logits is computed by core.
Snapshot sample_gate(SampleGate kind = SampleGate::Specialised, std::size_t experts = 6);

/// A storm on that result.
GateStorm sample_storm(const Trace& trace);

} // namespace cameo

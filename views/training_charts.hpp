#pragma once

#include "views/palette.hpp"
#include "views/training_state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// One line of a chart.
struct ChartSeries {
    std::string metric; ///< its name in the record
    std::string label;  ///< for people: "lexical"
    std::optional<ExpertStyle> expert; ///< an expert's, in its hue; else the whole's, or one of several that are no experts
    bool whole = false; ///< of all experts together: in the ink of the text
    std::string low, high; ///< metrics of a band around it; empty: none
    bool operator==(const ChartSeries&) const = default;
};

enum class ChartUnit { Number, Share, Bits, Bytes, Rate };

/// What belongs together of a training's numbers.
struct TrainingChart {
    std::string id, title;
    std::string help;    ///< one or two sentences: what it shows, and what to look for
    ChartUnit unit = ChartUnit::Number;
    bool log = false;    ///< where its numbers span orders of magnitude
    std::vector<ChartSeries> series;
    std::optional<double> level; ///< of a line to compare with
    std::string level_words;
};

/// The experts of a training in its model's order, as its metrics name them: "lexical", "expert 1", …
std::vector<std::string> training_experts(const TrainingRecord& record);
/// Whether it has an SB-MoE gate.
bool is_gated(const TrainingRecord& record);

/// Those that the record has numbers for, in the order in which they are drawn.
/// @param measure "MRR@10": of the dev queries   @param role "query" or "document": whose routing is shown
/// @param category of dev queries, where their measure and wins are recorded by it; empty: all
std::vector<TrainingChart> training_charts(const TrainingRecord& record, std::string_view measure, std::string_view role, std::string_view category = {});
/// The kinds of dev queries that are told apart: "lexical", "mixed", …
std::vector<std::string> training_categories(const TrainingRecord& record);

} // namespace cameo

#pragma once

#include "views/snapshot.hpp"

#include <string>

namespace cameo {

/// "About 12 min and 1.1 GB, of 45.0 GB that are free."
std::string forecast_words(const IndexForecast& forecast);
/// "on this machine"; "in Milvus at milvus://host:port"
std::string where_words(const IndexSettings& settings);
/// What building it as it is wanted takes, in one sentence.
std::string plan_words(const IndexPlan& plan);

} // namespace cameo

#pragma once

#include "core/index/segment.hpp"

#include <memory>
#include <vector>

namespace cameo {

/// An index of what is on the disk, or was just built. @param codecs [E] as the segments were built with
/// @pre the segments follow each other from 0 on
std::shared_ptr<const Index> stored_index(const IndexManifest& manifest, std::vector<Segment> segments, const TokenCodecs& codecs);

} // namespace cameo

#pragma once

#include "core/base/folders.hpp"
#include "core/model/model.hpp"
#include "views/snapshot.hpp"

#include <filesystem>

namespace cameo {

/// What building the demo will fetch and cost on this machine. Looks at files only.
/// @param here the program's folders. @param apt_lists the machine's own package lists.
DemoOffer demo_offer(const Folders& here, const std::filesystem::path& apt_lists, const DeviceInfo& device);

} // namespace cameo

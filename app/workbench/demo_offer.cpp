#include "app/workbench/demo_offer.hpp"

#include "app/demo.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace cameo {

namespace {

/// Bookworm's package lists with English descriptions, as apt fetches them (xz), measured.
constexpr std::uint64_t kListsBytes = 15'800'000;
constexpr double kListsLowS = 3, kListsHighS = 60; ///< from a fast line to 2 Mbit/s

/// Measured on disk with 11,233 documents: 290 MB of index, 13 MB of collection, 5 MB of BM25.
constexpr std::uint64_t kBytesADocument = 27'400;

/// Documents a second with all three experts, measured on two cores of several machines; more cores help less and less.
constexpr double kSlowRate = 37, kFastRate = 60, kMeasuredThreads = 2, kMostSpeedup = 8;
/// Loading the model, and what follows the last document: 7 + 19 s in a build that took 101 s on two cores.
constexpr double kRestLowS = 5, kRestHighS = 26;

/// Whether apt's lists there say what packages are in English. Names end in the way they are packed.
bool has_descriptions(const std::filesystem::path& lists) {
    bool packages = false, translations = false;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(lists, failed), end; !failed && entry != end; entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        packages = packages || name.find("_Packages") != std::string::npos;
        translations = translations || name.find("_Translation-en") != std::string::npos;
    }
    return packages && translations;
}

} // namespace

DemoOffer demo_offer(const Folders& here, const std::filesystem::path& apt_lists, const DeviceInfo& device) {
    DemoOffer offer{.documents = kDemoDocuments, .folder = here.data.string()};
    std::error_code failed;
    const bool stored = std::filesystem::exists(here.collections() / (std::string(kDemoCollection) += ".sqlite"), failed);
    const bool fetches = !stored && !has_descriptions(apt_lists) && !has_descriptions(here.cache / "apt" / "lists");
    if (fetches) offer.download_bytes = kListsBytes;
    offer.disk_bytes = static_cast<std::uint64_t>(kDemoDocuments) * kBytesADocument;
    if (device.device != "cpu") return offer; // how long it takes there was not measured
    const double times = static_cast<double>(std::max(1, device.threads)) / kMeasuredThreads;
    const auto documents = static_cast<double>(kDemoDocuments);
    offer.low_s = documents / (kFastRate * std::min(times, kMostSpeedup)) + kRestLowS + (fetches ? kListsLowS : 0);
    offer.high_s = documents / (kSlowRate * std::min(times, kMostSpeedup / 2)) + kRestHighS + (fetches ? kListsHighS : 0);
    return offer;
}

} // namespace cameo

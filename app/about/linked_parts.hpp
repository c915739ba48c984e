#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// A part of the program that others wrote, as it was built in or is loaded now; docs/third-party-licences.md says more.
struct LinkedPart {
    std::string name, version, licence;
};

/// All of them, the ones that do most first.
const std::vector<LinkedPart>& linked_parts();
/// Of the part of that name. @pre there is one
const std::string& version_of(std::string_view part);

/// The program's version and licence, and its parts: for people, and for whoever files a bug.
std::string about_text();

inline constexpr const char* kOwnLicence = "MIT";
const char* own_version(); ///< "0.1.0"

} // namespace cameo

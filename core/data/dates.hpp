#pragma once

#include <ctime>
#include <string>

namespace cameo {

/// "2026-11-22", UTC.
inline std::string iso_date(std::time_t seconds) {
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts));
}

inline std::string today() {
    return iso_date(std::time(nullptr));
}

} // namespace cameo

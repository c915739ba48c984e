#pragma once

#include "core/base/error.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

namespace cameo {

/// The sentence of the Error that `work` throws, or "no error".
template <typename Work>
std::string error_of(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// For child processes, where GoogleTest's expectations are not seen.
inline bool says(const std::string& error, std::string_view words) {
    if (error.find(words) != std::string::npos) return true;
    std::cerr << error << "\n";
    return false;
}

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace cameo

#pragma once

#include "core/base/error.hpp"
#include "core/model/model.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace cameo {

inline std::filesystem::path model_data(const std::string& name) {
    return std::filesystem::path(CAMEO_TEST_DATA) / "model" / name;
}

inline nlohmann::json read_test_json(const std::string& name) {
    std::ifstream in(model_data(name));
    return nlohmann::json::parse(in);
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A Cameo home of its own for a test.
class ModelHome {
public:
    ModelHome() : m_home("CAMEO_HOME", m_folder.path().c_str()) {}
    std::filesystem::path operator/(const std::filesystem::path& name) const { return m_folder / name; }

    /// A copy of a fixture that a test may damage.
    std::filesystem::path copy(const std::string& fixture) const {
        const auto to = m_folder / ("given/" + fixture);
        std::filesystem::create_directories(to.parent_path());
        std::filesystem::copy(model_data(fixture), to, std::filesystem::copy_options::recursive);
        return to;
    }
    std::shared_ptr<const Model> import(const std::string& fixture) const {
        return open_model(import_model(model_data(fixture)));
    }

private:
    TemporaryFolder m_folder;
    ScopedVariable m_home;
    ScopedVariable m_assets{"CAMEO_ASSETS", (m_folder / "assets").c_str()}; // with no models in it
    // References are float32, also where the processor or a GPU has something faster.
    ScopedVariable m_device{"CAMEO_DEVICE", "cpu"};
    ScopedVariable m_precision{"CAMEO_PRECISION", "fp32"};
};

template <class Action>
std::string error_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// A safetensors file of a header and data.
inline std::string safetensors(const std::string& header, const std::string& data) {
    std::string file(8, '\0');
    const std::uint64_t size = header.size();
    for (int i = 0; i < 8; ++i)
        file[std::size_t(i)] = char(size >> (8 * i) & 255);
    return file + header + data;
}

/// A zip of stored files, as torch.save writes it.
inline std::string stored_zip(const std::vector<std::pair<std::string, std::string>>& files) {
    const auto number = [](std::uint64_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i)
            text += i < 8 ? char(value >> (8 * i) & 255) : '\0';
        return text;
    };
    std::string archive, directory;
    for (const auto& [name, bytes] : files) {
        // signature, versions, flags, method, time, date, crc: all zero but the first
        directory += number(0x02014b50, 4) + number(0, 16) + number(bytes.size(), 4) + number(bytes.size(), 4) +
                     number(name.size(), 2) + number(0, 12) + number(archive.size(), 4) + name;
        archive += number(0x04034b50, 4) + number(0, 14) + number(bytes.size(), 4) + number(bytes.size(), 4) +
                   number(name.size(), 2) + number(0, 2) + name + bytes;
    }
    const std::size_t at = archive.size();
    return archive + directory + number(0x06054b50, 4) + number(0, 4) + number(files.size(), 2) +
           number(files.size(), 2) + number(directory.size(), 4) + number(at, 4) + number(0, 2);
}

} // namespace cameo

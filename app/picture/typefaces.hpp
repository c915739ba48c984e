#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

struct ImFontConfig;

namespace cameo {

/// What Dear ImGui does not tell about its fonts, from the same files by FreeType. One thread at a time; the sources of
/// the atlas have to outlive it.
class Typefaces {
public:
    Typefaces();
    ~Typefaces();
    Typefaces(const Typefaces&) = delete;
    Typefaces& operator=(const Typefaces&) = delete;

    /// Dear ImGui's size is a font's height, everybody else's the em. @returns the em of a font of height 1.
    float em(const ImFontConfig& source);

    /// SVG path data of a character of a font of that height, in pixels from the pen on the baseline, y down; empty where
    /// the font does not have it.
    std::string path(const ImFontConfig& source, std::uint32_t character, float height);

private:
    struct Library;
    struct Face;
    Face& face(const ImFontConfig& source);

    std::unique_ptr<Library> m_library;
    std::map<const void*, std::unique_ptr<Face>> m_faces; ///< by the font's bytes
};

} // namespace cameo

#pragma once

#include <imgui.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace cameo {

/// A character as an atlas holds it.
struct AtlasGlyph {
    const ImFontBaked* baked = nullptr;
    const ImFontGlyph* glyph = nullptr;

    const ImFontConfig& source() const { return *baked->OwnerFont->Sources[static_cast<int>(glyph->SourceIdx)]; }
};

/// Which character was drawn, by where in the atlas its picture comes from. Good until the next frame.
class GlyphTable {
public:
    explicit GlyphTable(const ImFontAtlas& atlas);

    /// @param min, max corners in the atlas; of a part of a character where it was cut. Null: no character is there.
    const AtlasGlyph* find(ImVec2 min, ImVec2 max) const;

private:
    std::vector<AtlasGlyph> m_glyphs;
    std::unordered_map<std::uint64_t, std::size_t> m_by_corner;
};

} // namespace cameo

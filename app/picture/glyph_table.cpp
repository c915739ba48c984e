#include "app/picture/glyph_table.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <bit>

namespace cameo {

namespace {

std::uint64_t key(float u, float v) {
    return std::uint64_t{std::bit_cast<std::uint32_t>(u)} << 32 | std::bit_cast<std::uint32_t>(v);
}

} // namespace

GlyphTable::GlyphTable(const ImFontAtlas& atlas) {
    auto& pool = atlas.Builder->BakedPool;
    for (int at = 0; at < pool.Size; ++at) {
        const ImFontBaked& baked = pool[at];
        if (baked.WantDestroy || !baked.OwnerFont) continue;
        for (const ImFontGlyph& glyph : baked.Glyphs)
            if (glyph.Visible) m_glyphs.push_back({&baked, &glyph});
    }
    for (std::size_t at = 0; at < m_glyphs.size(); ++at)
        m_by_corner.emplace(key(m_glyphs[at].glyph->U0, m_glyphs[at].glyph->V0), at);
}

const AtlasGlyph* GlyphTable::find(ImVec2 min, ImVec2 max) const {
    const auto same = m_by_corner.find(key(min.x, min.y));
    if (same != m_by_corner.end()) return &m_glyphs[same->second];
    const ImVec2 middle{(min.x + max.x) / 2, (min.y + max.y) / 2};
    const auto around = std::ranges::find_if(m_glyphs, [&](const AtlasGlyph& each) {
        const ImFontGlyph& glyph = *each.glyph;
        return middle.x >= glyph.U0 && middle.x <= glyph.U1 && middle.y >= glyph.V0 && middle.y <= glyph.V1;
    });
    return around == m_glyphs.end() ? nullptr : &*around;
}

} // namespace cameo

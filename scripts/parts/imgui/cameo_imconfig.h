// Dear ImGui's compile-time configuration: the same for the library and for everything that includes its headers.
#pragma once

#define ImDrawIdx unsigned int // plots have more than 65,535 vertices
#define IMGUI_USE_WCHAR32      // text beyond the basic plane: emoji, rare CJK
#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS
#define IMGUI_DISABLE_DEMO_WINDOWS
#define IMGUI_ENABLE_FREETYPE  // hinted, crisp small text

#include "views/keys.hpp"

#include <imgui.h>

namespace cameo {
namespace {

int digit_with(ImGuiKeyChord modifiers) {
    if (ImGui::GetIO().KeyMods != modifiers) return -1;
    for (int digit = 0; digit <= 9; ++digit)
        for (const ImGuiKey first : {ImGuiKey_0, ImGuiKey_Keypad0})
            if (ImGui::IsKeyPressed(static_cast<ImGuiKey>(first + digit), false)) return digit;
    return -1;
}

} // namespace

int digit_pressed() { return digit_with(ImGuiMod_None); }
int alt_digit_pressed() { return digit_with(ImGuiMod_Alt); }

} // namespace cameo

#include "views/command_table.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <map>

namespace cameo {

void CommandTable::add(Action action) {
    check(!action.id.empty() && find(action.id) == nullptr, "an action needs an id of its own: " + action.id);
    check(static_cast<bool>(action.run), "an action needs something to do: " + action.id);
    m_actions.push_back(std::move(action));
}

const Action* CommandTable::find(std::string_view id) const {
    const auto found = std::ranges::find(m_actions, id, &Action::id);
    return found == m_actions.end() ? nullptr : &*found;
}

std::vector<std::string> CommandTable::menus() const {
    std::vector<std::string> result;
    for (const auto& action : m_actions)
        if (!action.menu.empty() && std::ranges::find(result, action.menu) == result.end()) result.push_back(action.menu);
    return result;
}

std::string CommandTable::why_disabled(const Action& action) {
    return action.why_disabled ? action.why_disabled() : std::string();
}

bool CommandTable::run(std::string_view id) const {
    const Action* action = find(id);
    if (!action || !why_disabled(*action).empty()) return false;
    const auto act = action->run; // the action may change the table
    act();
    return true;
}

namespace {

bool pressed(ImGuiKeyChord chord) {
    if (ImGui::Shortcut(chord, ImGuiInputFlags_RouteGlobal | ImGuiInputFlags_RouteOverFocused)) return true;
    // A list that has the focus owns the bare arrow keys, and Dear ImGui knows owners of keys, not of chords.
    return (chord & ImGuiMod_Alt) && !ImGui::GetIO().WantTextInput && ImGui::IsKeyChordPressed(chord);
}

} // namespace

std::string CommandTable::run_shortcuts(std::string& refusal) const {
    for (const auto& action : m_actions) {
        for (const auto chord : action.shortcuts) {
            if (!pressed(chord)) continue;
            const std::string id = action.id;
            refusal = why_disabled(action);
            if (refusal.empty()) run(id);
            return id;
        }
    }
    return {};
}

std::vector<std::string> CommandTable::clashes() const {
    std::map<ImGuiKeyChord, std::string> taken;
    std::vector<std::string> result;
    for (const auto& action : m_actions)
        for (const auto chord : action.shortcuts)
            if (const auto [there, fresh] = taken.emplace(chord, action.id); !fresh)
                result.push_back(there->second + " and " + action.id + ": " + shortcut_text(chord));
    return result;
}

namespace {

/// What stands on the key, where ImGui's name is the key's position.
std::string key_text(ImGuiKey key) {
    switch (key) {
    case ImGuiKey_Equal: return "=";
    case ImGuiKey_Minus: return "-";
    case ImGuiKey_Slash: return "/";
    case ImGuiKey_Comma: return ",";
    case ImGuiKey_Period: return ".";
    case ImGuiKey_LeftArrow: return "Left";
    case ImGuiKey_RightArrow: return "Right";
    case ImGuiKey_UpArrow: return "Up";
    case ImGuiKey_DownArrow: return "Down";
    case ImGuiKey_Escape: return "Esc";
    case ImGuiKey_KeypadAdd: return "Keypad +";
    case ImGuiKey_KeypadSubtract: return "Keypad -";
    case ImGuiKey_Keypad0: return "Keypad 0";
    default: return ImGui::GetKeyName(key);
    }
}

} // namespace

std::string shortcut_text(ImGuiKeyChord chord) {
    const auto key = static_cast<ImGuiKey>(chord & ~ImGuiMod_Mask_);
    if (key == ImGuiKey_None) return {};
    std::string text;
    if (chord & ImGuiMod_Ctrl) text += "Ctrl+";
    if (chord & ImGuiMod_Alt) text += "Alt+";
    if (chord & ImGuiMod_Shift) text += "Shift+";
    if (chord & ImGuiMod_Super) text += "Super+";
    return text + key_text(key);
}

std::string shortcut_text(const Action& action) {
    return action.shortcuts.empty() ? std::string() : shortcut_text(action.shortcuts.front());
}

} // namespace cameo

#pragma once

#include "core/train/recipe/recipe.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// A recipe as a form, made from its schema: each key with what it does, its range and a control that fits it. It changes
/// nothing: what somebody has entered is handed on.
class RecipeFields {
public:
    struct What {
        const Recipe* value = nullptr;  ///< as it is
        const Recipe* before = nullptr; ///< what a reset goes back to
        bool live_only = false;         ///< only keys that may change while a training runs
        std::string_view filter;        ///< keys and explanations that contain it; empty: all
        std::map<std::string, std::vector<std::string>> choices; ///< of texts that have some, by key: "model"
    };
    /// @return "key=value", once somebody has entered it
    std::optional<std::string> draw(const What& what);

private:
    std::optional<std::string> draw_field(const What& what, const RecipeField& field);
    std::optional<std::string> control(const What& what, const RecipeField& field, const std::string& value, float width);

    std::string m_edited, m_text; ///< the key whose text is being typed, and that text
};

} // namespace cameo

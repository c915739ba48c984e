#pragma once

#include "views/recipe_fields.hpp"
#include "views/view.hpp"

#include <string>

namespace cameo {

/// The training that is to be started: where its settings come from, every one of them, and why it cannot be started where it
/// cannot.
class NewTrainingView final : public View {
public:
    NewTrainingView();

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_sources(const Snapshot& now, Commands& out) const;
    void draw_cost(const TrainingDraft& draft) const;
    void draw_start(const TrainingDraft& draft, Commands& out);

    RecipeFields m_fields;
    std::string m_filter;
};

} // namespace cameo

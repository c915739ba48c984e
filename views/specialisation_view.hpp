#pragma once

#include "core/eval/specialisation.hpp"
#include "views/own_slices_editor.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// Which expert serves which queries: parts of the queries × experts, who saves and who ruins what, and how alike they are.
class SpecialisationView final : public View {
public:
    SpecialisationView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    enum class Listed { None, Saves, Ruins, Only, Slice };

    void cut_by(const std::string& name);
    void draw_choices(const Snapshot& now, Commands& out);
    void draw_answer(const Snapshot& now) const;
    void draw_slices(const Snapshot& now);
    void draw_contributions(const Snapshot& now);
    void draw_pairs(const Snapshot& now) const;
    void draw_queries(const Snapshot& now, Commands& out);
    const std::vector<QuerySlice>& slices(const Snapshot& now) const;
    std::vector<std::size_t> listed(const Snapshot& now) const;

    std::shared_ptr<const Specialisation> m_shown; ///< that m_listed points into
    std::vector<ExpertStyle> m_styles;
    std::string m_by = "category"; ///< which cut of the queries
    Listed m_listed = Listed::None;
    std::size_t m_listed_expert = 0;
    std::string m_listed_slice;
    OwnSlicesEditor m_own;
};

/// "Lexical queries are served best by Lexical (0.95), semantic ones by Global (0.46)": who leads in which part, where the
/// intervals allow to say so.
std::string specialisation_answer(const std::vector<QuerySlice>& slices, const std::vector<std::string>& experts);

} // namespace cameo

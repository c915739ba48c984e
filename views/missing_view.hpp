#pragma once

#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cameo {

/// Why a document is not among the first: the stages that it went through under each expert, the one that lost it, and the
/// least change that would bring it back.
class MissingView final : public View {
public:
    MissingView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void follow(const std::shared_ptr<const Trace>& trace);
    std::int32_t rank_of(const std::string& document) const; ///< in the fused list on screen, from 1; 0: not in it
    std::vector<std::string> right_documents(const Snapshot& now) const;
    void draw_question(const Snapshot& now, Commands& out);
    void draw_choice(const Snapshot& now, Commands& out);
    void draw_answer(const Snapshot& now, Commands& out) const;
    void draw_expert(const Snapshot& now, std::size_t expert_idx, Commands& out) const;
    void draw_changes(const Snapshot& now, Commands& out) const;

    std::shared_ptr<const Trace> m_trace; ///< the one m_rank was made of, and points into
    std::unordered_map<std::string_view, std::int32_t> m_rank;
    std::shared_ptr<const MissingDocument> m_found; ///< what m_styles were made of
    std::vector<ExpertStyle> m_styles;
    std::string m_asked;      ///< document of the last question, to see when there is another
    std::string m_words;      ///< in the box
    bool m_choosing = false;  ///< another document is looked for while an answer is there
};

} // namespace cameo

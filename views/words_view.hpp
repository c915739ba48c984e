#pragma once

#include "core/search/query_words.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// The words of the query: each can be masked or left out by a press, and what each does for the selected document under every
/// expert.
class WordsView final : public View {
public:
    WordsView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool follows_selection() const override { return true; }

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    struct Columns;

    void follow(const Snapshot& now, Commands& out);
    void draw_head(const Snapshot& now, Commands& out);
    void draw_heading(const Columns& columns) const;
    void draw_word(const Snapshot& now, std::size_t word, const Columns& columns, Commands& out) const;
    void draw_importance(std::size_t word, const Columns& columns, ImVec2 at, float middle) const;
    void set_state(std::size_t word, WordState state, Commands& out) const;

    std::shared_ptr<const Trace> m_trace;               ///< these are what the members below were made of
    std::shared_ptr<const QueryImportance> m_importance; ///< of the query and document on screen; null: not weighed
    std::vector<QueryWord> m_words;
    std::vector<std::size_t> m_weighed; ///< [words] place in m_importance->words; behind all: it was not weighed
    std::vector<ExpertStyle> m_styles;
    std::vector<double> m_largest;      ///< [E] of the shares of a score, in size
    bool m_keeps_up = false;            ///< another query or document is weighed at once
    std::string m_asked;                ///< query and document that were asked for last
};

} // namespace cameo

#pragma once

#include "views/evidence.hpp"
#include "views/view.hpp"
#include "views/note_field.hpp"
#include "views/widgets/token_text.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// The selected document with the evidence of each expert in its text, and the score taken apart.
class DocumentView final : public View {
public:
    DocumentView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool follows_selection() const override { return true; }
    void keep_words(Commands& out) override { m_note.keep(out); }

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_head(const Snapshot& now, const Ledger& ledger, Commands& out);
    void draw_note(const Snapshot& now, const Ledger& ledger, Commands& out);
    void draw_sum(const Snapshot& now, const Ledger& ledger) const;
    void draw_chips(const Snapshot& now, const Ledger& ledger, Commands& out);
    void draw_text_with_ink(const Snapshot& now, const Ledger& ledger, Commands& out);
    void draw_terms(const Snapshot& now, const ExpertLedger& part, ExpertStyle style, Commands& out);
    void draw_tokens(const Snapshot& now, const ExpertLedger& part, ExpertStyle style, Commands& out);
    void draw_whole(const ExpertLedger& part, ExpertStyle style);
    void handle_keys(const Snapshot& now, const Ledger& ledger, Commands& out) const;
    static void scroll_by_keys();
    bool is_looked_at(const Snapshot& now, std::size_t expert_idx) const;

    std::vector<ExpertStyle> m_styles;
    TokenText m_text;
    std::uint32_t m_muted = 0;
    int m_hovered_token = -1; ///< row of the alignment under the mouse in the frame before
    bool m_all_terms = false, m_all_missing = false, m_all_own = false; ///< lists that are long are cut until asked for
    NoteField m_note;
    std::string m_noted; ///< id of the document that a note is being begun about
    std::string m_shown; ///< id of the document last drawn; another one scrolls to its top
};

} // namespace cameo

#pragma once

#include "views/ledger_statement.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// The fused score of the selected document opened to its leaves; with a second document, their difference.
class LedgerView final : public View {
public:
    LedgerView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool follows_selection() const override { return true; }

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    /// A leaf of a difference; it points into m_statement.
    struct Reason {
        std::size_t expert_idx;
        const LeafDifference* leaf;
    };

    void follow(const Snapshot& now, std::shared_ptr<const Ledger> ledger);
    void draw_head(const Snapshot& now, const Ledger& ledger, Commands& out);
    void draw_comparison(const Snapshot& now, Commands& out);
    void draw_score(const Snapshot& now, const Ledger& ledger, Commands& out);
    void draw_expert(const Snapshot& now, const ExpertLedger& part, std::size_t expert_idx, Commands& out);
    void draw_difference(const Snapshot& now, const Ledger& ledger, Commands& out);
    void sort_reasons(int expert);
    void draw_reasons(const Snapshot& now, const LedgerDifference& difference, Commands& out);
    void select_leaf(const Snapshot& now, std::size_t expert_idx, Leaf::Kind kind, std::int32_t key, Commands& out) const;
    static bool is_selected(const Snapshot& now, Leaf::Kind kind, std::int32_t key);

    std::shared_ptr<const Trace> m_trace; ///< these three are what m_statement was made of
    std::shared_ptr<const Ledger> m_ledger, m_reference;
    LedgerStatement m_statement;
    std::vector<Reason> m_reasons; ///< of the difference, the largest first
    int m_reasons_of = -1;         ///< the expert that is looked at alone; -1: all
    std::vector<ExpertStyle> m_styles;
    std::uint32_t m_open = 0;  ///< bit e: all leaves of expert e are shown
    bool m_open_difference = false;
};

} // namespace cameo

#pragma once

#include "core/search/ledger.hpp"
#include "core/search/trace.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// What the lexical expert makes of the query and of the selected document, term by term; the query's weights can be
/// changed, which runs the query again.
class TermsView final : public View {
public:
    TermsView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool follows_selection() const override { return true; }

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    enum class Filter { All, Shared, Missing, Own };
    enum class Order { Product, Query, Document, Postings };
    struct Columns;

    void follow(const std::shared_ptr<const Ledger>& ledger, int expert_idx, const Trace* trace);
    void sort();
    void draw_counts(const Snapshot& now, const ExpertLedger& part);
    void draw_edits(const Snapshot& now, Commands& out);
    void draw_filters();
    void draw_heading(const Columns& columns);
    void draw_rows(const Snapshot& now, const Columns& columns, Commands& out);
    void draw_row(const Snapshot& now, const TermPart& term, const Columns& columns, Commands& out);
    void set_weight(const Snapshot& now, std::int32_t term, float weight, bool settled, Commands& out) const;

    std::shared_ptr<const Ledger> m_ledger; ///< what the members below were made of
    int m_expert_idx = -1;
    ExpertStyle m_style;
    std::vector<TermPart> m_terms;   ///< of the ledger, and terms that were taken away
    std::vector<std::size_t> m_rows; ///< into m_terms, as they are shown
    std::size_t m_shared = 0, m_missing = 0, m_own = 0, m_typed = 0;
    float m_largest_query = 0, m_largest_document = 0;
    double m_largest_product = 0;
    std::vector<TermEdit> m_edits; ///< of the trace
    Filter m_filter = Filter::All;
    Order m_order = Order::Product;
    bool m_ascending = false;
    std::int32_t m_dragged = -1; ///< term whose weight is being changed: rows stay where they are
    float m_dragged_weight = 0;
    std::string m_new_term;
};

/// A sentence where so many terms with a weight are not what a lexical expert that works makes of a text; else empty.
/// @param average of the documents of the index; 0: not known   @param vocabulary 0: not known
std::string abnormal_terms(std::size_t terms, double average, std::int32_t vocabulary);

} // namespace cameo

#pragma once

#include "core/eval/gate_report.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// What an SB-MoE model's gate makes of this query and of its documents, beside what it makes of all of them.
class GateView final : public View {
public:
    GateView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_query(const Snapshot& now, Commands& out);
    void draw_documents(const Snapshot& now, Commands& out) const;
    void draw_numbers(const GateReport& report) const;
    void draw_similarity(const GateReport& report) const;
    void draw_categories(const GateReport& report) const;
    void draw_examples(const GateReport& report, Commands& out);

    std::shared_ptr<const GateReport> m_report; ///< of the model whose result is on screen; null: there is none of it
    std::vector<ExpertStyle> m_styles; ///< [N]
    std::size_t m_first = 0;           ///< place of the gate's first expert among the trace's
    std::size_t m_example = 0;         ///< expert whose texts are listed
    bool m_example_documents = false;
};

/// Collapsed, specialised, undecided or in between, and what says so, in plain words.
std::string gate_verdict(const GateReport& report);

} // namespace cameo

#pragma once

#include "views/view.hpp"

#include <string>

namespace cameo {

/// The index of the model and collection in use: where it is, what each expert finds documents by, and how it is to be made.
class IndexView final : public View {
public:
    IndexView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_experts(const Snapshot& now, Commands& out) const;
    void draw_settings(const Snapshot& now, Commands& out);
    void draw_pooling(IndexSettings& wanted) const;
    void draw_server(const Workbench& bench, const IndexPlan& plan, IndexSettings& wanted, Commands& out);
    void draw_here(const Workbench& bench, IndexSettings& wanted, std::uint64_t& memory);
    void draw_build(const Snapshot& now, Commands& out) const;

    std::string m_token; ///< as far as it is typed; leaves the view when Enter is pressed or the field is left
    bool m_own_structure = false; ///< a factory string is typed in
};

} // namespace cameo

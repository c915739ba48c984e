#pragma once

#include "views/view.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// All trainings of the library and those from elsewhere: how each stands, which are drawn over each other, what was written
/// beside them, and how those that are drawn differ.
class TrainingsView final : public View {
public:
    TrainingsView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    void keep_words(Commands& out) override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_top(const Snapshot& now, Commands& out);
    void draw_list(const Snapshot& now, Commands& out);
    void draw_row(const Snapshot& now, const TrainingLine& line, Commands& out);
    void draw_remarks(const TrainingLine& line, Commands& out);
    void draw_comparison(const Snapshot& now) const;
    /// Those that are listed, sorted as somebody wants them.
    std::vector<const TrainingLine*> rows(const Snapshot& now) const;

    std::string m_filter;
    bool m_archived = false; ///< those that were put aside are listed as well
    int m_sorted_by = -1;    ///< a column; -1: the last sign of life first
    bool m_ascending = true;
    std::filesystem::path m_remarked; ///< whose remarks are being written
    std::string m_tags, m_note;
    bool m_writing = false; ///< one of the two has the caret
    bool m_changed = false; ///< and what is written there was not handed over yet
    bool m_put_aside = false; ///< whether that training is archived
    std::optional<TrainingMarks> m_sent; ///< what was written and the list does not have yet
};

} // namespace cameo

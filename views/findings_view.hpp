#pragma once

#include "core/diagnose/finding.hpp"
#include "views/view.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// What is wrong with the training that is looked at and with the model in use, or worth knowing: each finding with what it
/// means, what it rests on, and what may mend it.
class FindingsView final : public View {
public:
    FindingsView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    /// @param training whose settings a remedy changes; empty: none
    void draw_diagnosis(const Diagnosis& diagnosis, const std::string& heading_words, const std::filesystem::path& training, Commands& out) const;
    void draw_finding(const Finding& finding, const std::filesystem::path& training, Commands& out) const;
};

} // namespace cameo

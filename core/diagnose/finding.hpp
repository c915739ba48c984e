#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

enum class Severity {
    Note,    ///< worth knowing; nothing is to be done
    Warning, ///< something is lost or idle
    Serious, ///< the model does not do what it was made for
};
std::string_view name(Severity severity); ///< "note", "warning", "serious"

enum class Sureness {
    Hint,    ///< one number says so, and it is a rough one
    Likely,  ///< what is measured says so; another cause could look like it
    Certain, ///< it follows from what was recorded
};
std::string_view name(Sureness sureness); ///< "hint", "likely", "certain"

/// A number that a finding rests on.
struct Evidence {
    std::string words; ///< what it is: "queries that the busiest expert serves"
    double value = 0;
    std::string limit; ///< what it is held against: "below 0.01 an expert is dead"; may be empty
};

struct Remedy {
    std::string words;            ///< a sentence
    std::vector<std::string> set; ///< "gate.load=0.01": what a branch of the training changes in its recipe; may be empty
};

/// Something about a model or a training that its owner should know.
struct Finding {
    std::string id; ///< "gate.collapse": docs/findings.md has a paragraph for each
    Severity severity = Severity::Note;
    Sureness sureness = Sureness::Likely;
    std::string title;   ///< "The gate has collapsed"
    std::string meaning; ///< one to three plain sentences
    std::vector<Evidence> evidence;
    std::vector<Remedy> remedies;
    std::string view; ///< the title of the view that shows it; empty: none
};

/// The worst first, otherwise as they were found.
void sort_findings(std::vector<Finding>& findings);

std::string to_text(std::span<const Finding> findings); ///< for people, with a line end
std::string to_json(std::span<const Finding> findings); ///< an array; docs/findings.md

} // namespace cameo

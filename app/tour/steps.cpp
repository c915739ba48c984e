#include "app/tour/steps.hpp"

#include "app/shell/layouts.hpp"
#include "views/tour_anchor.hpp"

#include <array>

namespace cameo {

std::span<const TourStep> tour_steps() {
    static constexpr std::array<TourStep, 11> kSteps{{
        {"Ask in your own words",
         "Here you type what you look for. {ask} Press Next to see what comes back.",
         anchor::kSearch, view_title::kQueryBench, TourNeed::Search},
        {"The answer",
         "The best match stands on top: {first}. The number at its right is its score: how well it fits. The list is sorted by it.",
         anchor::kFirstRow, view_title::kQueryBench, TourNeed::Result},
        {"Several readers, several opinions",
         "An expert is one way of reading. Here: {experts}. Each has a list and a score of its own, and they do not have to agree: the line shows where each of them has {first}.",
         anchor::kExperts, view_title::kQueryBench, TourNeed::Result},
        {"Who found it",
         "One mark for each expert. Filled: the document is high enough in its own list. Outlined: others found it, and this one gave it a score afterwards. So every expert has a say in every result.",
         anchor::kMarks, view_title::kQueryBench, TourNeed::Result},
        {"The bar is the score",
         "Each colour is what one expert adds to it. A long stretch does not decide yet, since some give large figures to everything: what counts is who is ahead of the next document.",
         anchor::kScoreBar, view_title::kQueryBench, TourNeed::Result},
        {"The reason is in the text",
         "Underlined: words of the question, and words that the expert for them adds to it. Filled: the nearest in meaning to one of its words. Rest the mouse on one to see which.",
         anchor::kText, view_title::kDocument, TourNeed::Document},
        {"The score as a bill",
         "The top line is the score; the lines below add up to it. Under each expert stands what it is made of; in brackets, as [CLS], are marks of the model and not words. Press a line, and the Document view shows where it comes from.",
         anchor::kSum, view_title::kLedger, TourNeed::Document},
        {"What a word does",
         "Take a word of the question away with the cross, or hide it with the eye, and see what changes. The same sign puts it back. \u201CWeigh each word\u201D tries all of them, in a second or two.",
         anchor::kWords, view_title::kWords, TourNeed::Document},
        {"Another way to add up",
         "Every point here is one mix of the experts, and the dot the one in use. Drag it, and the lists of the Query bench are sorted anew; Ctrl+Z takes it back. "
         "\u201CMeasure the judged queries\u201D paints which mix is best over many questions. That takes a minute, so not now.",
         anchor::kMixes, view_title::kFusion, TourNeed::Result},
        {"Where everything is",
         "This menu has all commands, and Ctrl+P finds them by name. F1 lists the keys. The question mark in the corner of a view says how to read it.",
         anchor::kMenu, "", TourNeed::Nothing},
        {"Why is {first} first?", "{answer}", anchor::kFirstRow, view_title::kQueryBench, TourNeed::Result},
    }};
    return kSteps;
}

} // namespace cameo

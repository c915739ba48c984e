#pragma once

#include "app/shell/sheet.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cameo {

/// One thing that was dropped onto the window, and what may be done with it.
struct DropOffer {
    std::string name;          ///< "cranfield"
    std::string what;          ///< "A BEIR folder: about 1,400 documents, 225 queries, judgments."
    std::string will;          ///< "It will be copied …": what happens on the press, or why there is nothing to press
    std::string act;           ///< "Import"; empty: nothing can be done
    std::function<void()> run;
};

/// Asks what shall become of things that were dropped; nothing happens before an answer. Esc leaves all that are left.
class DropSheet : public Sheet {
public:
    void ask(std::vector<DropOffer> offers);
    void draw();
    /// Those that are not answered yet.
    const std::vector<DropOffer>& offers() const { return m_offers; }

private:
    std::vector<DropOffer> m_offers;
};

} // namespace cameo

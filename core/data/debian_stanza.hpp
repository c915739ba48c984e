#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// A paragraph of Debian's control files (deb822): field -> value. Further lines of a value keep their first
/// space.
using Stanza = std::map<std::string, std::string, std::less<>>;

/// Splits a control file that arrives in pieces into stanzas. Only the named fields are kept. Lines that are
/// none are left out: a package index is apt's, and apt has checked it. Invalid UTF-8 becomes '?'.
class StanzaParser {
public:
    StanzaParser(std::vector<std::string> fields, std::function<void(Stanza&&)> take);

    void feed(std::string_view bytes);
    void finish();

private:
    void line(std::string_view text);
    void end_stanza();

    std::vector<std::string> m_fields;
    std::function<void(Stanza&&)> m_take;
    std::string m_partial;
    Stanza m_stanza;
    std::string* m_value = nullptr; ///< what a continuation line belongs to
};

} // namespace cameo

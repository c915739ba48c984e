#include "core/milvus/address.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <charconv>

namespace cameo {

namespace {

constexpr std::string_view kPlain = "milvus://", kTls = "milvus+tls://";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(ErrorKind::InvalidInput, "'" + std::string(text) + "': " + why + "; expected milvus://host:port or milvus+tls://host:port, and /database behind it where it is not the default");
}

bool is_host_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
}

bool is_word_letter(char letter) { return is_host_letter(letter) && letter != '.' && letter != '-'; }

std::uint16_t parse_port(std::string_view text, std::string_view digits) {
    unsigned port = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failed != std::errc() || end != digits.data() + digits.size() || port < 1 || port > 65535)
        refuse(text, "port '" + std::string(digits) + "' is none from 1 to 65535");
    return static_cast<std::uint16_t>(port);
}

} // namespace

bool names_milvus(std::string_view text) { return text.starts_with(kPlain) || text.starts_with(kTls); }

std::string MilvusAddress::host_and_port() const {
    const bool brackets = host.find(':') != std::string::npos;
    return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string to_string(const MilvusAddress& address) {
    return std::string(address.tls ? kTls : kPlain) + address.host_and_port() + (address.database.empty() ? "" : "/" + address.database);
}

MilvusAddress parse_milvus_address(std::string_view text) {
    // Before anything is repeated: what stands before an @ may be a password.
    if (text.find('@') != std::string_view::npos)
        throw Error(ErrorKind::InvalidInput, "an address of Milvus has no user or token in it: give the token in $CAMEO_MILVUS_TOKEN or in a file (docs/milvus.md)");
    if (!names_milvus(text)) refuse(text, "not an address of Milvus");
    MilvusAddress address;
    address.tls = text.starts_with(kTls);
    std::string_view rest = text.substr(address.tls ? kTls.size() : kPlain.size());
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
        address.database = rest.substr(slash + 1);
        rest = rest.substr(0, slash);
        if (address.database.empty() || !std::ranges::all_of(address.database, is_word_letter))
            refuse(text, "database '" + address.database + "' is not a word of letters, digits and _");
    }
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == std::string_view::npos) refuse(text, "a [ without its ]");
        address.host = rest.substr(1, end - 1);
        if (address.host.empty() || address.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) refuse(text, "no IPv6 address between the brackets");
        rest = rest.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) refuse(text, "something between the ] and the port");
        if (!rest.empty()) address.port = parse_port(text, rest.substr(1));
        return address;
    }
    if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
        address.port = parse_port(text, rest.substr(colon + 1));
        rest = rest.substr(0, colon);
    }
    address.host = rest;
    if (address.host.empty()) refuse(text, "the host is missing");
    if (!std::ranges::all_of(address.host, is_host_letter)) refuse(text, "host '" + address.host + "' is not a name");
    return address;
}

} // namespace cameo

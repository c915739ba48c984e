#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cameo {

/// Where a Milvus server answers. Nothing in it is secret: it stands in index.json and in messages.
struct MilvusAddress {
    std::string host; ///< a name, an IPv4 address, or an IPv6 address without its brackets
    std::uint16_t port = 19530;
    std::string database; ///< empty: the server's default
    bool tls = false;
    bool operator==(const MilvusAddress&) const = default;

    std::string host_and_port() const; ///< "[::1]:19530"
};

/// "milvus://host[:port][/database]" in the clear, "milvus+tls://…" with TLS.
/// @throws Error(InvalidInput) saying what is wrong; also of one with a user or a token in it, which it does not repeat.
MilvusAddress parse_milvus_address(std::string_view text);
std::string to_string(const MilvusAddress& address);

/// Whether it begins as an address of this kind does, right or wrong.
bool names_milvus(std::string_view text);

} // namespace cameo

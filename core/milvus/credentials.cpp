#include "core/milvus/credentials.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <sys/stat.h>

namespace cameo {

namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) throw Error(ErrorKind::Environment, path.string() + ": cannot be read");
    return text.str();
}

std::string token_from_file(const std::filesystem::path& path, const MilvusAddress& address) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        throw Error(ErrorKind::Environment, path.string() + ": others than its owner may read it, so its tokens are not used: chmod 600 it");
    std::istringstream lines(read(path));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string server, token;
        if (words >> server >> token && server == address.host_and_port()) return token;
    }
    return {};
}

/// By server. A window asks for them, and jobs connect.
struct HeldTokens {
    std::mutex mutex;
    std::map<std::string, std::string> tokens;
};

HeldTokens& held() {
    static HeldTokens tokens;
    return tokens;
}

std::string held_token(const MilvusAddress& address) {
    const std::scoped_lock lock(held().mutex);
    const auto found = held().tokens.find(address.host_and_port());
    return found == held().tokens.end() ? std::string() : found->second;
}

void check_token(const std::string& token, const char* whose) {
    if (token.find_first_of("\r\n") != std::string::npos) throw Error(ErrorKind::InvalidInput, std::string(whose) + " has more than one line: expected a token");
}

} // namespace

void hold_milvus_token(const MilvusAddress& address, std::string token) {
    check_token(token, "what was entered");
    const std::scoped_lock lock(held().mutex);
    if (token.empty()) held().tokens.erase(address.host_and_port());
    else held().tokens[address.host_and_port()] = std::move(token);
}

bool holds_milvus_token(const MilvusAddress& address) { return !held_token(address).empty(); }

MilvusCredentials milvus_credentials(const MilvusAddress& address) {
    MilvusCredentials credentials;
    const char* token = std::getenv("CAMEO_MILVUS_TOKEN");
    credentials.token = held_token(address);
    if (credentials.token.empty()) credentials.token = token && *token ? token : token_from_file(folders().config / "milvus-tokens", address);
    check_token(credentials.token, "$CAMEO_MILVUS_TOKEN");
    if (const char* authorities = std::getenv("CAMEO_MILVUS_CA"); authorities && *authorities) credentials.authorities = read(authorities);
    return credentials;
}

} // namespace cameo

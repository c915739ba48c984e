#include "core/milvus/credentials.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"

#include <cstdlib>
#include <fstream>
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

} // namespace

MilvusCredentials milvus_credentials(const MilvusAddress& address) {
    MilvusCredentials credentials;
    const char* token = std::getenv("CAMEO_MILVUS_TOKEN");
    credentials.token = token && *token ? token : token_from_file(folders().config / "milvus-tokens", address);
    if (credentials.token.find_first_of("\r\n") != std::string::npos)
        throw Error(ErrorKind::InvalidInput, "$CAMEO_MILVUS_TOKEN has more than one line: expected a token");
    if (const char* authorities = std::getenv("CAMEO_MILVUS_CA"); authorities && *authorities) credentials.authorities = read(authorities);
    return credentials;
}

} // namespace cameo

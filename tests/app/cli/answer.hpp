#pragma once

#include "app/cli/cli.hpp"

#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace cameo {

/// What the command line said, and how it ended.
struct Answer {
    int code = 0;
    std::string out, err;
    nlohmann::json parsed() const { return nlohmann::json::parse(out); }
};

/// The command line in this process.
inline Answer answer_to(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    const int code = run_command_line(arguments, in, out, err);
    return {code, out.str(), err.str()};
}

} // namespace cameo

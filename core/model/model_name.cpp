#include "core/model/model_name.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cctype>

namespace cameo {

void check_model_name(const std::string& name, const std::string& where) {
    const bool sound = !name.empty() && name.size() <= 100 && name[0] != '.' && name[0] != '-' &&
                       std::all_of(name.begin(), name.end(), [](unsigned char c) {
                           return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c >= 0x80;
                       });
    if (!sound)
        throw Error(ErrorKind::InvalidInput, where + "\"" + name.substr(0, 200) +
                                                 "\" cannot be a model's name: letters, digits, '.', '-' and '_' can, "
                                                 "not beginning with '.' or '-'");
}

} // namespace cameo

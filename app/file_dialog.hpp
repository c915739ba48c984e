#pragma once

#include "app/file_question.hpp"

namespace cameo {

/// The desktop's file dialog, through one of the programs that show one (zenity, kdialog, …); empty where there is none.
AskFile desktop_file_dialog();

} // namespace cameo

#pragma once

#include "core/jobs/progress.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// The program of this machine that prints pages: Chromium, Chrome or WeasyPrint, the first that is found; empty: there is none.
std::filesystem::path page_printer();

/// Writes a page of HTML, or its PDF where the file's name ends in .pdf. @throws as print_pdf(), and Error(Environment) where it cannot be written
void save_page(const std::string& html, const std::filesystem::path& file, Progress& progress);

/// Prints a page of HTML into a PDF. @throws Error(Environment) where no program can, naming those that could, or with what it says
/// @throws Cancelled
void print_pdf(const std::string& html, const std::filesystem::path& pdf, Progress& progress);

} // namespace cameo

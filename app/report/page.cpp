#include "app/report/html.hpp"

#include "views/palette.hpp"

#include <fmt/format.h>

namespace cameo {

namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light; font-family: Inter, system-ui, "Segoe UI", sans-serif; line-height: 1.5; }
body { margin: 0; background: #F4F5F7; color: #000; }
main, header, footer { max-width: 60rem; margin: 0 auto; padding: 1rem 1.5rem; }
section { background: #FFF; border-radius: .6rem; padding: 1rem 1.5rem 1.5rem; margin: 0 0 1.5rem; }
h1 { margin: .5rem 0 0; font-size: 1.8rem; }
h2 { margin: .2rem 0 .2rem; font-size: 1.3rem; }
h3 { margin: 1.6rem 0 .4rem; font-size: 1.05rem; }
p { margin: .3rem 0 .7rem; }
.caption { font-size: 1.1rem; max-width: 46rem; }
.quiet { color: #38404B; font-size: .88rem; }
.note { border-left: .25rem solid #1A47B8; padding-left: .8rem; white-space: pre-wrap; }
nav ol { margin: .3rem 0; padding-left: 1.4rem; }
a { color: #1A47B8; }
figure { margin: .5rem 0 1rem; overflow-x: auto; }
figcaption { color: #38404B; font-size: .88rem; }
svg { max-width: 100%; height: auto; font-family: inherit; font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: #38404B; font-size: .88rem; padding: .2rem 0; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #D9DDE3; font-variant-numeric: tabular-nums; }
th:nth-child(2), td:nth-child(2) { text-align: left; }
.figures td, .figures th { text-align: right; }
.figures .words { text-align: left; }
.figures caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; } /* it is said above already, but not to those who listen */
th button { all: unset; cursor: pointer; }
th button:focus-visible, a:focus-visible, [tabindex]:focus-visible { outline: 2px solid #1A47B8; outline-offset: 2px; }
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
tr.chosen { background: #E9ECF0; }
.text { white-space: pre-wrap; max-width: 46rem; }
.text mark { background: none; color: inherit; }
.key span { margin-right: 1.2rem; white-space: nowrap; }
.scroll { overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .3rem 0; font-size: .92rem; }
dt { color: #38404B; }
dd { margin: 0; overflow-wrap: anywhere; }
.chapter { background: none; margin-bottom: 0; }
.view svg { box-sizing: border-box; border: 1px solid #D9DDE3; border-radius: .4rem; }
summary { cursor: pointer; color: #1A47B8; font-size: .92rem; }
summary:focus-visible { outline: 2px solid #1A47B8; outline-offset: 2px; }
output { display: block; min-height: 1.5em; color: #38404B; font-size: .88rem; }
.on-paper { display: none; }
@page broad { size: A4 landscape; }
@media print {
  body { background: #FFF; } section { break-inside: avoid-page; padding: 0; } nav { display: none; }
  .scroll { overflow: visible; } .figures { font-size: .62rem; } .figures td, .figures th { padding: .15rem .2rem; }
  .broad { page: broad; } .broad .figures { font-size: .52rem; } .on-screen { display: none; } .on-paper { display: block; }
}
)css";

constexpr std::string_view kScript = R"js(
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = row => { const cell = row.cells[column]; return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value); };
    const rows = [...table.tBodies[0].rows].sort((a, b) => { const x = value(a), y = value(b); return (typeof x === "number" ? x - y : x.localeCompare(y)) * (up ? 1 : -1); });
    table.tBodies[0].append(...rows);
  }));
}
for (const figure of document.querySelectorAll("figure.matrix")) {
  const said = figure.querySelector("output");
  const say = event => { const words = event.target.querySelector && event.target.querySelector("title"); if (words && event.target.tagName === "rect") said.textContent = words.textContent; };
  figure.addEventListener("pointerover", say);
  figure.addEventListener("focusin", say);
}
)js";

} // namespace

std::string page(std::string_view title, std::string_view body) {
    return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                       "<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{}</style>\n</head>\n<body>\n{}<script>{}</script>\n</body>\n</html>\n",
                       escaped(title), kStyle, body, kScript);
}

} // namespace cameo

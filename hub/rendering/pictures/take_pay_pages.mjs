// Takes the pictures of PAY_PAGES.md: every page in every language, as a telephone shows it, out of the snapshots that the
// tests hold; and one of them as it looks in the dark.
//
//     npm install --prefix target/ci-tools playwright-core
//     node hub/rendering/pictures/take_pay_pages.mjs [path of Chromium]

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { LANGUAGES, body, openBrowser, pictures, snapshots, takeSheet } from "./sheet.mjs";

const templates = join(pictures, "../templates/pages");
const WIDTH = 390;

function snapshot(name) {
  return body(readFileSync(join(snapshots, `pay_pages__${name}.snap`), "utf8"));
}

const style = readFileSync(join(templates, "pay.css"), "utf8");
const script = readFileSync(join(templates, "pay.js"), "utf8").replace('document.querySelector("form[data-go]")?.submit();', "");
const code = Buffer.from(`${snapshot("code.svg").trimEnd()}\n`).toString("base64");

/** A page with its files within, which a frame cannot ask for. */
function page(name, language) {
  return snapshot(`${name}.${language}.html`)
    .replace(/<meta http-equiv="refresh"[^>]*>/, "")
    .replace(/<link rel="stylesheet"[^>]*>/, `<style>${style}</style>`)
    .replace(/<script[^>]*><\/script>/, "")
    .replace("</body>", `<script>Object.defineProperty(navigator, "clipboard", { value: {} });${script}</script></body>`)
    .replace("{code}", code);
}

/** A page in these languages. */
function pages(name, languages) {
  return languages.map((language) => page(name, language));
}

const names = readdirSync(snapshots).flatMap((file) => file.match(/^pay_pages__(.+)\.en\.html\.snap$/)?.[1] ?? []);
const browser = await openBrowser();
for (const name of names.sort()) {
  await takeSheet(browser, pages(name, LANGUAGES), WIDTH, "light", `pay_${name}.png`);
  console.log(`pay_${name}.png`);
}
await takeSheet(browser, pages("bill", ["uk", "en"]), WIDTH, "dark", "pay_dark.png");
await browser.close();

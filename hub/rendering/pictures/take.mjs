// Takes the pictures of LETTERS.md: every letter in every language, as a telephone shows it, out of the snapshots that
// the tests hold; and one of them as it looks in the dark.
//
//     npm install --prefix target/ci-tools playwright-core
//     node hub/rendering/pictures/take.mjs [path of Chromium]

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { LANGUAGES, body, openBrowser, snapshots, takeSheet } from "./sheet.mjs";

const WIDTH = 380;
const IN_THE_DARK = "confirm_email";

/** A payment code, in place of the picture that a mail carries with it. */
const code = body(readFileSync(join(snapshots, "pay_pages__code.svg.snap"), "utf8"));
const picture = `data:image/svg+xml;base64,${Buffer.from(`${code.trimEnd()}\n`).toString("base64")}`;

/** A letter in every language. */
function letters(name) {
  const snapshot = (language) => readFileSync(join(snapshots, `letters__${name}.${language}.html.snap`), "utf8");
  return LANGUAGES.map((language) => body(snapshot(language)).replace("cid:payment-code", picture));
}

const names = readdirSync(snapshots).flatMap((file) => file.match(/^letters__(.+)\.en\.html\.snap$/)?.[1] ?? []);
const browser = await openBrowser();
for (const name of names.sort()) {
  await takeSheet(browser, letters(name), WIDTH, "light", `${name}.png`);
  console.log(`${name}.png`);
}
await takeSheet(browser, letters(IN_THE_DARK), WIDTH, "dark", "dark.png");
await browser.close();

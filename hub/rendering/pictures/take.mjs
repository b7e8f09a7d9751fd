// Takes the pictures of LETTERS.md: every letter in every language, as a telephone shows it, out of the snapshots that
// the tests hold; and one of them as it looks in the dark.
//
//     npm install --prefix target/ci-tools playwright-core
//     node hub/rendering/pictures/take.mjs [path of Chromium]

import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const snapshots = join(here, "../tests/snapshots");
const tools = join(here, "../../../target/ci-tools/");
const { chromium } = createRequire(tools)("playwright-core");

const LANGUAGES = ["sr-Latn", "sr-Cyrl", "uk", "sl", "en"];
const WIDTH = 380;
const IN_THE_DARK = "confirm_email";

/** What stands behind the header of a snapshot. */
function letter(name, language) {
  const snapshot = readFileSync(join(snapshots, `letters__${name}.${language}.html.snap`), "utf8");
  return snapshot.slice(snapshot.indexOf("\n---\n") + 5);
}

async function take(browser, name, colorScheme, file) {
  const page = await browser.newPage({ viewport: { width: WIDTH * LANGUAGES.length, height: 100 }, colorScheme });
  await page.setContent("<body style='margin: 0; display: flex; align-items: stretch'></body>");
  for (const language of LANGUAGES) {
    await page.evaluate(
      ([html, width]) =>
        new Promise((shown) => {
          const frame = document.createElement("iframe");
          frame.style = `border: 0; width: ${width}px`;
          frame.srcdoc = html;
          frame.onload = shown;
          document.body.append(frame);
        }),
      [letter(name, language), WIDTH],
    );
  }
  await page.evaluate(() => {
    const frames = [...document.querySelectorAll("iframe")];
    const height = Math.max(...frames.map((frame) => frame.contentDocument.documentElement.scrollHeight));
    for (const frame of frames) frame.style.height = `${height}px`;
  });
  await page.screenshot({ path: join(here, file), fullPage: true });
  await page.close();
}

const names = readdirSync(snapshots).flatMap((file) => file.match(/^letters__(.+)\.en\.html\.snap$/)?.[1] ?? []);
mkdirSync(here, { recursive: true });
const browser = await chromium.launch({ executablePath: process.argv[2] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const name of names.sort()) {
  await take(browser, name, "light", `${name}.png`);
  console.log(`${name}.png`);
}
await take(browser, IN_THE_DARK, "dark", "dark.png");
await browser.close();

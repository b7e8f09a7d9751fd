// Takes the pictures of PAY_PAGES.md: every page in every language, as a telephone shows it, out of the snapshots that the
// tests hold; and one of them as it looks in the dark.
//
//     npm install --prefix target/ci-tools playwright-core
//     node hub/rendering/pictures/take_pay_pages.mjs [path of Chromium]

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const snapshots = join(here, "../tests/snapshots");
const templates = join(here, "../templates/pages");
const { chromium } = createRequire(join(here, "../../../target/ci-tools/"))("playwright-core");

const LANGUAGES = ["sr-Latn", "sr-Cyrl", "uk", "sl", "en"];
const WIDTH = 390;

/** What stands behind the header of a snapshot. */
function snapshot(name) {
  const text = readFileSync(join(snapshots, `pay_pages__${name}.snap`), "utf8");
  return text.slice(text.indexOf("\n---\n") + 5);
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

async function take(browser, name, languages, colorScheme, file) {
  const width = WIDTH * languages.length;
  const sheet = await browser.newPage({ viewport: { width, height: 100 }, colorScheme, deviceScaleFactor: 1 });
  await sheet.setContent("<body style='margin: 0; display: flex; align-items: stretch'></body>");
  for (const language of languages) {
    await sheet.evaluate(
      ([html, width]) =>
        new Promise((shown) => {
          const frame = document.createElement("iframe");
          frame.style = `border: 0; width: ${width}px`;
          frame.srcdoc = html;
          frame.onload = shown;
          document.body.append(frame);
        }),
      [page(name, language), WIDTH],
    );
  }
  await sheet.evaluate(() => {
    const frames = [...document.querySelectorAll("iframe")];
    const height = Math.max(...frames.map((frame) => frame.contentDocument.documentElement.scrollHeight));
    for (const frame of frames) frame.style.height = `${height}px`;
  });
  await sheet.screenshot({ path: join(here, file), fullPage: true });
  await sheet.close();
}

const names = readdirSync(snapshots).flatMap((file) => file.match(/^pay_pages__(.+)\.en\.html\.snap$/)?.[1] ?? []);
const browser = await chromium.launch({ executablePath: process.argv[2] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const name of names.sort()) {
  await take(browser, name, LANGUAGES, "light", `pay_${name}.png`);
  console.log(`pay_${name}.png`);
}
await take(browser, "bill", ["uk", "en"], "dark", "pay_dark.png");
await browser.close();

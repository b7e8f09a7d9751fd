// A picture of several pages side by side, each as wide as a telephone: what take.mjs and take_pay_pages.mjs are made with.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the pictures lie. */
export const pictures = dirname(fileURLToPath(import.meta.url));
/** Where the snapshots lie that the tests hold. */
export const snapshots = join(pictures, "../tests/snapshots");

export const LANGUAGES = ["sr-Latn", "sr-Cyrl", "uk", "sl", "en"];

/** Chromium, at the path that the command line names. */
export function openBrowser() {
  const { chromium } = createRequire(join(pictures, "../../../target/ci-tools/"))("playwright-core");
  return chromium.launch({ executablePath: process.argv[2] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** What stands behind the header of a snapshot. */
export function body(snapshot) {
  return snapshot.slice(snapshot.indexOf("\n---\n") + 5);
}

/** Takes the picture `file` of these pages. */
export async function takeSheet(browser, pages, width, colorScheme, file) {
  const sheet = await browser.newPage({ viewport: { width: width * pages.length, height: 100 }, colorScheme });
  await sheet.setContent("<body style='margin: 0; display: flex; align-items: stretch'></body>");
  for (const page of pages) {
    await sheet.evaluate(
      ([html, width]) =>
        new Promise((shown) => {
          const frame = document.createElement("iframe");
          frame.style = `border: 0; width: ${width}px`;
          frame.srcdoc = html;
          frame.onload = shown;
          document.body.append(frame);
        }),
      [page, width],
    );
  }
  await sheet.evaluate(() => {
    const frames = [...document.querySelectorAll("iframe")];
    const height = Math.max(...frames.map((frame) => frame.contentDocument.documentElement.scrollHeight));
    for (const frame of frames) frame.style.height = `${height}px`;
  });
  await sheet.screenshot({ path: join(pictures, file), fullPage: true });
  await sheet.close();
}

// Files go with questions: chosen, pasted and dropped; what cannot be told is refused and comes back; an edit keeps them.
import { look, open, parley, says, seen, until, walk } from "./walk.mjs";

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

await walk(async () => {
  const page = await open();
  await page.goto(`${parley}/`);
  await page.waitForSelector(".composer textarea");
  const chip = (name) => page.locator(".attached li", { hasText: name });
  const said = page.locator(".composer textarea");
  const files = () => page.evaluate(() => fetch("/api/files").then((answer) => answer.json()).then((list) => list.items.length));
  /** As a browser does when files are pasted or dropped. */
  const hand = (kind, name, type, text) =>
    page.evaluate(
      ([kind, name, type, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], name, { type }));
        const options = { bubbles: true, cancelable: true };
        const event = kind === "paste" ? new ClipboardEvent("paste", { ...options, clipboardData: data }) : new DragEvent(kind, { ...options, dataTransfer: data });
        document.querySelector(kind === "paste" ? ".composer textarea" : ".composer").dispatchEvent(event);
      },
      [kind, name, type, text],
    );

  await page.setInputFiles(".composer input[type=file]", [
    { name: "pot.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") },
    { name: "a name that is so long that it does not fit beside the others in a narrow window.txt", mimeType: "text/plain", buffer: Buffer.from("long") },
  ]);
  await chip("pot.png").locator("img").waitFor();
  await chip("a name").locator(".number").waitFor();
  await hand("paste", "tea.md", "text/markdown", "# Sencha\n\nat 70 degrees");
  await chip("tea.md").locator(".number").waitFor();
  await chip("a name").locator("button").click();
  await chip("a name").waitFor({ state: "detached" });

  // What a model cannot be told is refused: the question and its files come back.
  await hand("drop", "song.mp3", "audio/mpeg", "ID3 la la");
  await chip("song.mp3").locator(".number").waitFor();
  await look(page, "files");
  await said.fill("What is this?");
  await page.keyboard.press("Enter");
  seen.refused = await says(page.locator(".begin .wrong"), "song.mp3");
  await chip("song.mp3").waitFor();
  seen.back = await said.inputValue();
  await look(page, "files-refused");
  await chip("song.mp3").locator("button").click();
  await chip("song.mp3").waitFor({ state: "detached" });

  await said.focus();
  await page.keyboard.press("Enter");
  await until(page, "It is a pot.");
  seen.left = await page.locator(".attached").count();
  const question = page.locator("article", { has: page.locator("img.picture") });
  await question.waitFor();
  seen.drawn = await question.locator("img.picture").evaluate((image) => image.decode().then(() => image.naturalWidth));
  seen.named = await question.locator("a.attachment").textContent();
  for (let tries = 0; (seen.kept = await files()) > 0 && tries < 50; tries++) await page.waitForTimeout(100);
  await page.waitForFunction(() => document.querySelector("main h1")?.textContent.includes("What is this?"));
  await look(page, "files-asked");

  // Edited, it keeps them.
  await question.hover();
  await question.locator("button", { hasText: "Edit" }).first().click();
  seen.edited = await page.locator("form.editor textarea").inputValue();
  await page.locator("form.editor textarea").fill("And who made it?");
  await page.keyboard.press("Enter");
  await until(page, "Somebody.");
  await page.locator("article", { hasText: "And who made it?" }).locator("img.picture").waitFor();

  await page.setViewportSize({ width: 360, height: 640 });
  await page.setInputFiles(".composer input[type=file]", [
    { name: "a name that is so long that it does not fit beside the others in a narrow window.txt", mimeType: "text/plain", buffer: Buffer.from("long") },
  ]);
  await chip("a name").locator(".number").waitFor();
  await look(page, "files-narrow");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "files-dark");
});

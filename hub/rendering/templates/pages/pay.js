// What a page is nicer with and works without: buttons that copy, and a form that goes on by itself.
"use strict";

const { copy, copied } = document.body.dataset;
if (navigator.clipboard) {
  for (const value of document.querySelectorAll("span[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(value.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    value.after(button);
  }
}
document.querySelector("form[data-go]")?.submit();

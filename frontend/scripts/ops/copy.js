// A button beside every id and code that copies it.
export function addCopyButtons() {
  if (!navigator.clipboard) return;
  for (const code of document.querySelectorAll("[data-copy]:not([data-has-copy])")) {
    code.dataset.hasCopy = "1";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.setAttribute("aria-label", "Copy");
    button.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-copy"></use></svg>';
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.trim());
      button.setAttribute("aria-label", "Copied");
      button.querySelector("use").setAttribute("href", "#i-check");
    });
    code.after(button);
  }
}

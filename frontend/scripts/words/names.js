// Turns the list of names into buttons that put `{{ name }}` where one was typing last.
export function buttonsForNames(form) {
  const fields = [...form.querySelectorAll("#subject, #body")];
  let field = fields.at(-1);
  for (const each of fields) each.addEventListener("focus", () => { field = each; });
  for (const name of form.querySelectorAll("[data-variable]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "variable";
    button.textContent = name.textContent;
    button.addEventListener("click", () => insert(field, name.textContent));
    name.replaceWith(button);
  }
}

function insert(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

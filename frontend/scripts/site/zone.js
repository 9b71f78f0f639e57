// Stresses the salon's zone when the visitor's own clock is set to another one.
export function nameZone() {
  const note = document.querySelector("[data-zone]");
  if (!note) return;
  const now = new Date();
  const wall = (timeZone) => now.toLocaleString("sv", { timeZone });
  note.toggleAttribute("data-differs", wall(note.dataset.zone) !== wall(undefined));
}

// Makes the operations console quicker where scripts run; every page works without this file.
import { addCopyButtons } from "./ops/copy.js";
import { drawPlots } from "./ops/plots.js";
import { renewPage } from "./ops/renew.js";
import { sayLocalTimes } from "./ops/times.js";

function enhance() {
  sayLocalTimes();
  addCopyButtons();
  drawPlots();
  document.querySelector("[data-print]")?.addEventListener("click", () => print());
}

document.documentElement.classList.add("scripted");
renewPage({ afterRenewal: enhance });
enhance();

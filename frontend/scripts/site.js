// Makes the public pages quicker where scripts run; every page works without this file.
import { watchCountdowns } from "./site/countdown.js";
import { tellFrame } from "./site/framed.js";
import { offerMeasuring } from "./site/measure.js";
import { swapPages } from "./site/swap.js";
import { nameZone } from "./site/zone.js";

function enhance() {
  watchCountdowns();
  nameZone();
  offerMeasuring();
}

tellFrame();
swapPages({ afterSwap: enhance });
enhance();

// Draws each plot by uPlot from the table below it, in place of the picture that stands there without
// scripts. The table is the data; there is no second request.
import uPlot from "uplot";

const HEIGHT = 200;
const drawn = new WeakMap();

export function drawPlots() {
  for (const figure of document.querySelectorAll("[data-plot]")) if (!drawn.has(figure)) draw(figure);
}

function draw(figure) {
  const place = figure.querySelector(".plot-canvas");
  const rows = [...figure.querySelectorAll("tbody tr")];
  if (rows.length < 2) return;
  const heads = [...figure.querySelectorAll("thead th")].slice(1).map((head) => head.textContent.trim());
  const times = rows.map((row) => new Date(row.querySelector("time").dateTime).valueOf() / 1000);
  const order = times.map((_, index) => index).sort((a, b) => times[a] - times[b]);
  const columns = heads.map((_, column) =>
    order.map((index) => {
      const value = rows[index].cells[column + 1]?.dataset.value;
      return value === undefined || value === "" ? null : Number(value);
    }),
  );
  const style = getComputedStyle(document.documentElement);
  const probe = figure.querySelectorAll(".plot-keys li");
  const colour = (index) => (probe[index] ? getComputedStyle(probe[index]).color : style.color);
  const soft = getComputedStyle(figure.querySelector(".plot-title .soft") ?? figure).color;
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const line = { font, stroke: soft, grid: { stroke: soft, width: 0.15 }, ticks: { stroke: soft, width: 0.3 } };
  const isLong = Math.max(...times) - Math.min(...times) > 36 * 3600;
  const clock = new Intl.DateTimeFormat("en-GB", isLong ? { day: "2-digit", month: "short" } : { hour: "2-digit", minute: "2-digit" });
  const unit = figure.dataset.unit;
  const chart = new uPlot(
    {
      width: place.parentElement.clientWidth - 2,
      height: HEIGHT,
      cursor: { y: false, sync: { key: "ops" } },
      series: [{ value: (_, at) => (at == null ? "–" : new Date(at * 1000).toLocaleTimeString()) }, ...heads.map((label, index) => ({ label, stroke: colour(index), width: 1.5, spanGaps: false, value: (_, value) => (value == null ? "–" : `${+value.toPrecision(4)} ${unit}`) }))],
      axes: [{ ...line, values: (_, ticks) => ticks.map((tick) => clock.format(new Date(tick * 1000))) }, { ...line, size: 56, values: (_, ticks) => ticks.map((tick) => `${+tick.toPrecision(6)}${unit === "%" ? "%" : ""}`) }],
      scales: { y: { range: (_, low, high) => [0, Math.max(high * 1.08, Number(figure.dataset.least) || 1e-6)] } },
    },
    [order.map((index) => times[index]), ...columns],
    place,
  );
  figure.classList.add("drawn");
  drawn.set(figure, chart);
  new ResizeObserver(() => chart.setSize({ width: figure.querySelector(".plot-title").clientWidth, height: HEIGHT })).observe(figure);
}

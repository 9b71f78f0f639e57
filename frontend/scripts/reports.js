// Draws a report's plot by uPlot from the table below it: the table is the data.
import uPlot from "uplot";

const HEIGHT = 240;

for (const figure of document.querySelectorAll("[data-report-plot]")) draw(figure);

function draw(figure) {
  const table = document.getElementById(figure.dataset.table);
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 2) return;
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const days = rows.map((row) => Date.parse(`${row.cells[0].dataset.value}T12:00:00Z`) / 1000);
  const columns = [...Array(Number(figure.dataset.reportPlot)).keys()].map((index) =>
    rows.map((row) => (row.cells[index + 1].dataset.value === "" ? null : Number(row.cells[index + 1].dataset.value))),
  );
  const place = figure.querySelector(".plot-canvas");
  const style = getComputedStyle(figure);
  const colours = [style.getPropertyValue("--color-action"), style.getPropertyValue("--color-edge")];
  const soft = style.getPropertyValue("--color-soft");
  const language = document.documentElement.lang;
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  const amount = new Intl.NumberFormat(language, { style: "currency", currency: figure.dataset.unit, maximumFractionDigits: 0 });
  const line = { stroke: soft, font: `12px ${style.fontFamily}`, grid: { stroke: soft, width: 0.15 }, ticks: { show: false } };
  const chart = new uPlot(
    {
      width: figure.clientWidth,
      height: HEIGHT,
      cursor: { y: false },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
      series: [
        { label: heads[0], value: (_, at) => (at == null ? "–" : day.format(at * 1000)) },
        ...columns.map((_, index) => ({
          label: heads[index + 1],
          stroke: colours[index],
          width: index ? 1.5 : 2.5,
          dash: index ? [4, 4] : undefined,
          points: { show: rows.length < 16 },
          value: (_, value) => (value == null ? "–" : amount.format(value)),
        })),
      ],
      axes: [
        { ...line, values: (_, ticks) => ticks.map((tick) => day.format(tick * 1000)), space: 64 },
        { ...line, size: 72, values: (_, ticks) => ticks.map((tick) => amount.format(tick)) },
      ],
      scales: { y: { range: (_, _low, high) => [0, Math.max(high * 1.08, 1)] } },
    },
    [days, ...columns],
    place,
  );
  new ResizeObserver(() => chart.setSize({ width: figure.clientWidth, height: HEIGHT })).observe(figure);
}

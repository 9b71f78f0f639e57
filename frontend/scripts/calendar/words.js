// Sentences of the page, and dates and times as the salon's country writes them.
export function createWords({ words, locale }) {
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const shapes = {
    time: format({ hour: "2-digit", minute: "2-digit" }),
    hour: format({ hour: "2-digit", minute: "2-digit" }),
    long: format({ weekday: "long", day: "numeric", month: "long" }),
    full: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    short: format({ day: "numeric", month: "short" }),
    head: format({ weekday: "short", day: "numeric", month: "numeric" }),
    month: format({ month: "long", year: "numeric" }),
    weekday: format({ weekday: "narrow" }),
    weekdayShort: format({ weekday: "short" }),
  };
  const date = (wall) => new Date(`${wall.length > 10 ? wall : `${wall}T12:00`}Z`);
  const large = (text) => text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
  const told = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, (wall) => shape.format(date(wall))]),
  );
  return {
    ...told,
    large,
    range: (first, last) => shapes.short.formatRange(date(first), date(last)),
    span: (start, end) => `${told.time(start)}–${told.time(end)}`,
    say: (name, values = {}) =>
      words[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole)),
  };
}

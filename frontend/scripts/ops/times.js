// Says the exact time on hover in the reader's own zone, beside UTC.
const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });

export function sayLocalTimes() {
  for (const time of document.querySelectorAll("time[datetime]:not([data-local])")) {
    time.dataset.local = "1";
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.title = `${time.title}\n${local.format(moment)}`;
  }
}

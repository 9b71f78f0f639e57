// Keeps the calendar as it really is: the server says that something changed, and it is read again.
const QUIET = 3000;
const AGAIN_AFTER = 5000;
const GATHER = 120;
const LOOK_AFTER = 15_000;

export function stayLive(app, url) {
  const signNode = document.getElementById("live");
  let source = null;
  let away = 0;
  let gather = 0;
  let looked = -Infinity;

  function connect() {
    source?.close();
    source = new EventSource(url);
    source.addEventListener("open", () => {
      clearTimeout(away);
      away = 0;
      signNode.hidden = true;
    });
    source.addEventListener("changed", soon);
    source.addEventListener("error", () => {
      away ||= setTimeout(() => (signNode.hidden = false), QUIET);
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_AFTER);
      look();
    });
  }

  // A stream that broke may be all that broke: whether the house is there, the board knows.
  function look() {
    if (performance.now() - looked < LOOK_AFTER) return;
    looked = performance.now();
    soon();
  }

  // Not under somebody's hands: what changes during a drag is read when it ends.
  function soon() {
    clearTimeout(gather);
    gather = setTimeout(() => (app.isBusy() ? soon() : app.load({ quiet: true })), GATHER);
  }

  addEventListener("online", connect); // it says at once that it listens, and the board is read
  addEventListener("focus", soon);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    soon();
    if (source.readyState === EventSource.CLOSED) connect();
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", ({ persisted }) => persisted && connect());
  connect();
}

// One line on a salon's own site:
//   <script src="https://book.example/widget.js" data-salon="schnittwerk" async></script>
// puts the booking wizard in its place, as high as it needs to be. Loads nothing from anywhere else.
{
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { salon, language = document.documentElement.lang.slice(0, 2), service, title = document.title } = script.dataset;

  if (salon) {
    const address = new URL(`/${encodeURIComponent(salon)}/widget`, origin);
    if (language) address.searchParams.set("lang", language);
    if (service) address.searchParams.set("service", service);
    const frame = document.createElement("iframe");
    frame.src = address;
    frame.title = title;
    frame.allow = "payment";
    Object.assign(frame.style, { display: "block", width: "100%", minHeight: "640px", border: "0" });
    addEventListener("message", (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      const height = Number(event.data?.openchair?.height);
      if (height > 0 && height < 20000) frame.style.height = `${Math.ceil(height)}px`;
      if (event.data?.openchair?.page) frame.scrollIntoView({ block: "nearest" });
    });
    script.after(frame);
  } else {
    console.error("OpenChair: the script needs data-salon, the salon's name in its address.");
  }
}

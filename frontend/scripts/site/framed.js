// Inside another site's page: tells it how high this page is, and leaves out what that site has itself.
export function tellFrame() {
  if (window.parent === window) return;
  document.documentElement.setAttribute("data-framed", "");
  const tell = () => parent.postMessage({ openchair: { height: document.body.scrollHeight } }, "*");
  new ResizeObserver(tell).observe(document.body);
  parent.postMessage({ openchair: { page: location.pathname, height: document.body.scrollHeight } }, "*");
}

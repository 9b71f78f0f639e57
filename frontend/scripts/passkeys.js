// Passkeys: asks the server what a device has to sign, asks the device, and hands the answer back.
// A form says by data-passkey whether one is made ("create") or shown ("get"), by data-begin whom to
// ask first. Without this file or a browser that knows passkeys, the forms stay hidden.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const keys = (list) => (list ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));

function forTheDevice(options) {
  const asked = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) asked.excludeCredentials = keys(options.excludeCredentials);
  if (options.allowCredentials) asked.allowCredentials = keys(options.allowCredentials);
  return { publicKey: asked };
}

function forTheServer(credential) {
  const { response } = credential;
  const told = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = toText(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: told,
  });
}

async function send(address, fields) {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
  if (!answer.headers.get("content-type")?.includes("json")) throw new Error("no answer for us");
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.message), { shown: told.message });
  return told;
}

async function go(form) {
  const fields = Object.fromEntries(new FormData(form));
  const begun = await send(form.dataset.begin, fields);
  const asked = forTheDevice(begun.options);
  const credential = await navigator.credentials[form.dataset.passkey](asked);
  const { onward } = await send(form.action, { ...fields, challenge: begun.challenge, answer: forTheServer(credential) });
  const target = new URL(onward, location.href);
  location.assign(target);
  if (target.pathname === location.pathname && target.search === location.search) location.reload();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = form.querySelector("[data-wrong]");
    const button = form.querySelector("button");
    wrong.hidden = true;
    button.disabled = true;
    try {
      await go(form);
    } catch (error) {
      wrong.dataset.failed ??= wrong.textContent.trim();
      wrong.querySelector("span").textContent = error.shown ?? wrong.dataset.failed;
      wrong.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

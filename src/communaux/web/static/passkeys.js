/* Passkeys: a form that asks the device for a credential before it is sent. Its button shows where the device can. */
(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function created({ publicKey }) {
    const selection = { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
    return navigator.credentials.create({ publicKey: {
      ...publicKey, authenticatorSelection: selection, challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: withBytes(publicKey.excludeCredentials),
    } });
  }

  async function got({ publicKey }) {
    return navigator.credentials.get({ publicKey: {
      ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: withBytes(publicKey.allowCredentials),
    } });
  }

  function written(found) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (found.response[name]) response[name] = text(found.response[name]);
    }
    return JSON.stringify({
      id: found.id, rawId: text(found.rawId), type: found.type, response,
      clientExtensionResults: found.getClientExtensionResults(),
    });
  }

  async function options(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.from, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const fault = form.querySelector("[data-fault]");
    form.querySelector("button").hidden = false;
    for (const note of document.querySelectorAll("[data-without]")) note.hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      fault.hidden = true;
      try {
        const told = await options(form);
        form.elements.credential.value = written(await (form.dataset.passkey === "create" ? created(told) : got(told)));
        form.submit();
      } catch {
        fault.hidden = false;
      }
    });
  }
})();

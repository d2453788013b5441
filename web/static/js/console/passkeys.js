// Passkeys: asks the browser (WebAuthn), writes its answer into the form, and sends the form as any other.
const place = document.querySelector("[data-passkey]");
const kind = place?.dataset.passkey;
const show = (name) => (document.querySelector(`[data-passkey-${name}]`).hidden = false);

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// The JSON of WebAuthn level 3 (§5.1.9) to what the browser takes; older browsers have no parser of their own.
function optionsOf(json) {
  const options = { ...json, challenge: bytesOf(json.challenge) };
  if (json.user) options.user = { ...json.user, id: bytesOf(json.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (json[list]) options[list] = json[list].map((one) => ({ ...one, id: bytesOf(one.id) }));
  }
  return options;
}

function answerOf(credential) {
  const given = credential.response;
  const response = { clientDataJSON: textOf(given.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[name]) response[name] = textOf(given[name]);
  }
  return { id: credential.id, rawId: credential.id, type: credential.type, response, clientExtensionResults: {} };
}

async function ask(event) {
  if (event.target !== place.form) return;
  event.preventDefault();
  event.stopPropagation();
  document.querySelector("[data-passkey-failed]").hidden = true;
  try {
    const publicKey = optionsOf(JSON.parse(place.dataset.options));
    place.value = JSON.stringify(answerOf(await navigator.credentials[kind]({ publicKey })));
    place.form.submit();
  } catch {
    show("failed");
  }
}

if (place && !window.PublicKeyCredential) show("unknown");
// Before every other listener: the form is sent when the answer is there, and not by way of a queue.
else if (place) document.addEventListener("submit", ask, true);

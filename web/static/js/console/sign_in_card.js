// The secret of a card stands behind “#” in the address of its symbol, so that it is never sent in a request line.
// It is put into the form, and out of the address and the history.
const field = document.querySelector("#card");
const secret = location.hash.slice(1);
if (field && /^[0-9A-Za-z]{26}$/.test(secret)) {
  field.value = secret.toUpperCase();
  history.replaceState(null, "", location.pathname + location.search);
  field.closest(".question").hidden = true;
  document.querySelector("[data-card-read]").hidden = false;
  document.querySelector("[data-card-unread]").hidden = true;
  document.querySelector(".thumb [type=submit]").focus();
}

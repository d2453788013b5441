// What scripts say, in the language of the page. The sentences stand in the modules in Vietnamese; a page in another
// language carries what they are in it (web/languages/script_words.py), one form for each plural where there are several.
const carried = document.getElementById("words");
const known = carried ? JSON.parse(carried.textContent) : {};
const locale = carried?.dataset.locale ?? "vi";
const plurals = new Intl.PluralRules(locale);

/** A sentence with its holes filled, `{ count: 3 }` for `%(count)s`; the form for the first whole number among them. */
export function say(source, values = {}) {
  const forms = known[source] ?? source;
  const count = Object.values(values).find(Number.isInteger);
  const form = typeof forms === "string" ? forms : (forms[plurals.select(count ?? 0)] ?? forms.other);
  return form.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

const two = (number) => String(number).padStart(2, "0");

/** A day, as short as it is said: `22/11`, with `hasYear` `22/11/2026`; elsewhere as the page's language has it. */
export function sayDay(date, hasYear = false) {
  if (carried) {
    const parts = { day: "numeric", month: "short", ...(hasYear && { year: "numeric" }) };
    return new Intl.DateTimeFormat(locale, parts).format(date);
  }
  return `${two(date.getDate())}/${two(date.getMonth() + 1)}${hasYear ? `/${date.getFullYear()}` : ""}`;
}

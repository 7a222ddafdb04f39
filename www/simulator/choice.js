// The run that the user chose, as the form's fields and as an address.

const NAMES = ["run", "seed", "minutes", "clients", "mutant"];
const NUMBERS = new Set(["seed", "minutes", "clients"]);

/** Fills the lists, and the fields from an address. */
export function fill(form, { scenes, mutants }, search) {
  form.run.prepend(...scenes.map(({ name, title }) => new Option(title, name)));
  form.mutant.append(...mutants.map((name) => new Option(name, name)));
  form.run.value = scenes[0].name;
  const query = new URLSearchParams(search);
  for (const name of NAMES) {
    const field = form[name];
    const before = field.value;
    if (query.has(name)) field.value = query.get(name);
    if (!field.value && before) field.value = before; // not in the list, or no number
  }
  if (query.has("seed") && !query.has("run")) form.run.value = "seed";
  adapt(form);
}

/** Shows only the fields that apply to the chosen run. */
export function adapt(form) {
  const kind = kindOf(form.run.value);
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(kind);
    label.querySelector("input, select").disabled = label.hidden;
  }
}

/** "seed", "storm" or "scene". */
export function kindOf(run) {
  return run === "seed" || run === "storm" ? run : "scene";
}

/** `{run, seed, minutes, clients, mutant}`. */
export function read(form) {
  return Object.fromEntries(
    NAMES.map((name) => [name, NUMBERS.has(name) ? Number(form[name].value) : form[name].value]),
  );
}

/** The query for a run and a step in it; null means no step. */
export function queryOf(choice, step = null) {
  const named = { seed: ["seed", "minutes", "mutant"], scene: ["mutant"], storm: ["clients"] };
  const query = new URLSearchParams({ run: choice.run });
  for (const name of named[kindOf(choice.run)]) {
    if (choice[name]) query.set(name, choice[name]);
  }
  if (step !== null) query.set("step", step);
  return query;
}

/** The step in an address, or null. */
export function stepOf(search) {
  const text = new URLSearchParams(search).get("step");
  return /^\d{1,12}$/.test(text ?? "") ? Number(text) : null;
}

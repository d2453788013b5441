// Step 9: the history of the lot, worked out from the records themselves, is what its seal counted.
// The rule is that of docs/spec/bundle.md, "History".

import { require } from "./bundle.js";
import { concat, sha256 } from "./bytes.js";
import { formatNi } from "./ni.js";

const CLASS_LISTS = ["quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList"];
const ITEM_LISTS = ["epcList", "inputEPCList", "outputEPCList", "childEPCs"];

/** The latest seal of the lot by an organisation that made it, or undefined. */
export function findSeal(bundle) {
  return findSeals(bundle).at(-1);
}

/** The seals of the lot by an organisation that made it, in the order of the log: again after a correction. */
export function findSeals({ lot, records }) {
  const makers = new Set(records.map(readFacts).filter(({ makes }) => makes.includes(lot)).map(({ chain }) => chain));
  const seals = records.filter(({ statement, body }) => statement === "LotSealed" && body.lot === lot);
  return seals.filter(({ chain }) => makers.has(chain));
}

export async function checkHistory(bundle) {
  const seal = findSeal(bundle);
  if (!seal) {
    require(bundle.history.length === 0, "a history that no seal counts");
    return "not sealed";
  }
  const facts = bundle.records.filter(({ index }) => index < seal.index).map(readFacts);
  const indexes = findHistory(bundle.lot, facts);
  require(`${[...indexes].sort((a, b) => a - b)}` === `${bundle.history}`, "the history lists other records");
  const leaves = bundle.records.filter(({ index }) => indexes.has(index)).map(({ leafHash }) => leafHash);
  const { count, digest } = seal.body.history;
  require(count === leaves.length, `the seal counts ${count} records, here are ${leaves.length}`);
  require(digest === formatNi(await sha256(concat(...leaves))), "the seal's digest is of other records");
  return null;
}

/** What the rule needs of a record: the lots it names, uses, makes and takes from, when, what it corrects. */
function readFacts({ index, chain, kind, statement, body }) {
  if (kind !== "sogoc/event/v1") {
    const named = statement === "LotRecalled" ? [body.lot, ...body.lots] : [body.lot];
    return { index, chain, named: named.filter(Boolean), uses: [], makes: [], takes: [], subject: body.lot };
  }
  const lots = (name) => (body[name] ?? []).map((element) => element.epcClass);
  const items = (name) => body[name] ?? [];
  const isError = "errorDeclaration" in body;
  const corrects = isError ? body["sogoc:corrects"] : undefined;
  const isAdd = body.type === "ObjectEvent" && body.action === "ADD";
  const uses = [...lots("inputQuantityList"), ...items("inputEPCList")];
  const makes = [...lots(isAdd ? "quantityList" : "outputQuantityList"), ...items(isAdd ? "epcList" : "outputEPCList")];
  return {
    index,
    chain,
    named: [...CLASS_LISTS.flatMap(lots), ...ITEM_LISTS.flatMap(items), ...[body.parentID ?? []].flat()],
    uses: isError ? [] : uses,
    makes: isError ? [] : makes,
    takes: makes.length && (!isError || corrects !== undefined) ? uses : [],
    corrects,
    eventId: body.eventID,
    doneAt: Date.parse(body.eventTime),
  };
}

function findHistory(lot, facts) {
  const corrected = findCorrected(facts);
  const flows = findFlows(lot, facts.filter(({ index, uses }) => uses.length && !corrected.has(index)));
  const lastFlow = new Map();
  for (const { uses, doneAt } of flows) {
    for (const parent of uses) lastFlow.set(parent, Math.max(doneAt, lastFlow.get(parent) ?? -Infinity));
  }
  const makers = new Set(facts.flatMap(({ makes, chain }) => makes.map((made) => `${chain} ${made}`)));
  const belongs = ({ chain, named, takes, subject, doneAt }) => {
    if (subject !== undefined) return named.includes(lot) && makers.has(`${chain} ${subject}`);
    const parents = named.filter((name) => !takes.includes(name));
    return named.includes(lot) || parents.some((parent) => doneAt <= lastFlow.get(parent));
  };
  return new Set([...flows, ...facts.filter(belongs)].map(({ index }) => index));
}

/** The events that a later declaration of the same chain, about the same event, takes back. */
function findCorrected(facts) {
  const byIndex = new Map(facts.map((fact) => [fact.index, fact]));
  const isGood = ({ corrects, chain, eventId }) => {
    const original = byIndex.get(corrects);
    return original?.chain === chain && original.eventId === eventId;
  };
  return new Set(facts.filter(isGood).map(({ corrects }) => corrects));
}

/** The transformations through which something flows toward the lot, however far back. */
function findFlows(lot, live) {
  const reached = new Set([lot]);
  const flows = new Set();
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const fact of live) {
      if (!fact.makes.some((made) => reached.has(made))) continue;
      flows.add(fact);
      fact.uses.forEach((used) => reached.add(used));
    }
  }
  return [...flows];
}

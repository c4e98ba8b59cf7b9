// "Verify this yourself": the reader's browser takes the whole record, checks it with the second verifier, and holds this site to it.
//
// Nothing that the site says of the election is believed; the only thing asked of it are the bytes of the record. Five checks, each
// with its counts; what was not checked is counted too. The root comes from the reader.

const own = document.querySelector("script[data-verifier]");
const said = own.dataset;
const AT_ONCE = 6;
const PAGE = 200;
const TABLES = ["stations", "accounts", "consignments", "handovers", "units", "seals", "findings"];
const DIFFERS_MAX = 20;
const form = document.getElementById("verify");

function counted(done, total) {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  return said.of.replace("%1", number.format(done)).replace("%2", number.format(total));
}

/** Say how a check stands: waiting, running, good, bad, open. */
function step(number, state, text) {
  const item = document.getElementById(`check-${number}`);
  item.dataset.state = state;
  item.querySelector(".state").textContent = text;
}

function detail(number, lines) {
  const list = document.querySelector(`#check-${number} .technical`);
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

async function bytesOf(path) {
  const answer = await fetch(path, { cache: "no-cache" });
  if (answer.status === 403) return null;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The archive as the verifier takes it, and how many of its files were withheld. */
async function fetchArchive() {
  const sums = await bytesOf("/record/SHA256SUMS");
  const paths = ["SHA256SUMS", ...new TextDecoder().decode(sums).split("\n").filter(Boolean).map((line) => line.slice(66))];
  const files = new Map([["SHA256SUMS", sums]]);
  const waiting = paths.slice(1);
  let withheld = 0;
  const take = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const bytes = await bytesOf(`/record/${path}`);
      if (bytes === null) withheld += 1;
      else files.set(path, bytes);
      step(3, "running", counted(files.size, paths.length));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  const folders = new Set();
  for (const path of paths) for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) folders.add(path.slice(0, at));
  return { archive: { files, folders, odd: new Set(), isCut: false }, withheld };
}

/**
 * What the site tells, all rows of its tables: now where it stands at the end of the record, for that is what its pages show; else as
 * of that end, which the site works out anew.
 */
async function fetchSite(entries) {
  const { standing } = await (await fetch("/api/v1/standing")).json();
  const at = standing.position === entries ? "" : `at=${entries - 1}&`;
  const site = {};
  for (const table of TABLES) {
    site[table] = [];
    for (let offset = 0; offset !== null; ) {
      const answer = await fetch(`/api/v1/tables/${table}?${at}limit=${PAGE}&offset=${offset}`);
      if (!answer.ok) throw new Error(`${table}: ${answer.status}`);
      const page = await answer.json();
      site[table].push(...page.items);
      offset = page.next_offset;
    }
  }
  return site;
}

function tellRecord(report, sentences, withheld) {
  const isRight = report.election !== null && report.first_bad?.position !== 0 && !report.missing.includes("--root");
  step(1, isRight ? "good" : report.verdict === "TAMPERED" ? "bad" : "open", counted(isRight ? 1 : 0, 1));
  detail(1, [`root ${report.election ?? "-"}`]);
  const bad = report.first_bad !== null;
  step(2, bad ? "bad" : report.signatures ? "good" : "open", counted(report.signatures, report.signatures));
  detail(2, [`${report.events} events, ${report.signatures} signatures`]);
  const size = report.logs[0]?.size ?? 0;
  step(3, bad ? "bad" : report.entries === size && size ? "good" : "open", counted(report.entries, size));
  detail(3, [...report.logs.map((log) => `${log.origin} ${log.size} ${log.root}`), ...sentences, ...(withheld ? [`withheld files: ${withheld}`] : [])]);
  const seen = report.witnesses;
  const names = seen === null ? [] : Object.keys(seen.cosigned);
  step(4, seen === null ? "open" : seen.met ? "good" : "open", seen === null ? said.nobody : counted(names.length, seen.named.length));
  detail(4, seen === null ? [] : [seen.needs, ...names.map((name) => `${name} ${seen.cosigned[name]}`)]);
}

function tellSite(checks) {
  const compared = checks.reduce((sum, one) => sum + one.compared, 0);
  const differs = checks.flatMap((one) => one.differs);
  step(5, differs.length ? "bad" : "good", counted(compared - differs.length, compared));
  detail(5, checks.map((one) => `${one.name}: ${said.compared} ${one.compared}, ${said.left} ${one.left}, ${said.differs} ${one.differs.length}`));
  const list = document.getElementById("differs");
  list.replaceChildren(
    ...differs.slice(0, DIFFERS_MAX).map((one) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: `/${document.documentElement.lang}${one.path}`, textContent: one.path });
      item.append(link, ` ${one.column}: ${said.record} ${one.record ?? "–"}, ${said.site} ${one.site ?? "–"}`);
      return item;
    }),
  );
  document.getElementById("site-differs").hidden = differs.length === 0;
  return differs.length;
}

function tellVerdict(verdict, entries, differs) {
  for (const card of document.querySelectorAll("[data-verdict]")) {
    if (card.dataset.verdict === verdict) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  }
  const told = { VERIFIED: said.verified, TAMPERED: said.tampered, "NOT ESTABLISHED": said.open }[verdict];
  document.getElementById("verdict").textContent = `${verdict}: ${told} ${counted(entries, entries)}${differs ? ` ${said.sitediffers}` : ""}`;
}

async function run(root) {
  for (const number of [1, 2, 3, 4, 5]) step(number, "waiting", said.waiting);
  document.getElementById("verdict").textContent = said.running;
  const { audit } = await import(said.verifier);
  const { compare } = await import(said.compare);
  const { archive, withheld } = await fetchArchive();
  const { report, sentences, story } = await audit(archive, root);
  tellRecord(report, sentences, withheld);
  let differs = 0;
  if (report.entries > 0 && report.verdict !== "TAMPERED" && story.election !== null) {
    step(5, "running", said.running);
    differs = tellSite(compare(story, await fetchSite(report.entries)));
  } else step(5, "open", said.left);
  tellVerdict(report.verdict, report.entries, differs);
}

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const root = form.elements.root.value.replace(/\s/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(root)) {
    document.getElementById("verdict").textContent = said.form;
    form.elements.root.focus();
    return;
  }
  form.elements.check.disabled = true;
  run(root)
    .catch((error) => {
      document.getElementById("verdict").textContent = `NOT ESTABLISHED: ${said.failed} (${error.message})`;
    })
    .finally(() => {
      form.elements.check.disabled = false;
    });
});

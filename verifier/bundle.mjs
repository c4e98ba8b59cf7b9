// Makes custody-verify.mjs, the one file, out of src/: the modules in this order, each in a function of its own.
//
//     node verifier/bundle.mjs            writes it, and SHA256SUMS beside it
//     node verifier/bundle.mjs --check    ends with 1 where they are not what src/ gives
//
// The same sources give the same bytes on any machine: nothing is read but src/, and no line is changed but those that import and export.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ORDER = [
  "bytes", "sha256", "ed25519", "shake", "mldsa44", "merkle", "json", "envelope", "notes", "policy", "tiles", "archive",
  "signedtree", "roster", "stories", "audit", "main",
];
const HEAD = `#!/usr/bin/env node
// A second verifier of archives: Node.js, or a browser as a module; no other file and no package is needed.
// Made from verifier/src by verifier/bundle.mjs; its SHA-256 stands in verifier/SHA256SUMS.
`;
const OFFERED = {
  json: ["canonical"], notes: ["cosignedAt", "parseAnyKey", "parseCheckpoint", "parseKey", "parseNote", "verifyProof"],
  ed25519: ["isAdmissible", "slowVerify", "verify"], policy: ["isMet", "makePolicy", "parsePolicyFile"], envelope: ["parseEnvelope", "parsePayload"],
  merkle: ["verifyConsistency", "verifyInclusion"], sha256: ["sha256Hex"], mldsa44: ["verifyMlDsa44"], archive: ["survey"], audit: ["audit"],
  stories: ["FOLLOWED_BY_NOTHING", "stationFigures", "unitStory"], main: ["main", "readArchive"], roster: ["Story"], signedtree: ["firstBad"],
};
const TAIL = `
${Object.entries(OFFERED).map(([name, names]) => `export const { ${names.join(", ")} } = of_${name};`).join("\n")}

if (typeof process !== "undefined" && process.argv?.[1]?.endsWith("custody-verify.mjs")) await of_main.runAsProgram();
`;

/** A module as a function of nothing that gives what it exports; its imports are taken from those before it. */
function wrapped(name) {
  const text = readFileSync(join(HERE, "src", `${name}.mjs`), "utf8");
  const exported = [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) ([A-Za-z0-9_]+)/gm)].map((match) => match[1]);
  const tied = text
    .replace(/^import \{([^}]*)\} from "\.\/([a-z0-9]+)\.mjs";$/gm, "const {$1} = of_$2;")
    .replace(/^export /gm, "");
  return `\nconst of_${name} = (() => {\n${tied}\nreturn { ${exported.join(", ")} };\n})();\n`;
}

const made = HEAD + ORDER.map(wrapped).join("") + TAIL;
const sums = `${createHash("sha256").update(made).digest("hex")}  custody-verify.mjs\n`;
const files = { "custody-verify.mjs": made, SHA256SUMS: sums };
if (process.argv[2] === "--check") {
  const stale = Object.keys(files).filter((name) => readFileSync(join(HERE, name), "utf8") !== files[name]);
  if (stale.length) console.error(`stale: ${stale.join(", ")}: run node verifier/bundle.mjs`);
  process.exitCode = stale.length ? 1 : 0;
} else {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(HERE, name), text);
}

// Bundle every widget of this folder into ../static/. A bundle's first line names its sources and their hash, so that
// a test can tell, without Node, whether the bundle is stale.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const entries = readdirSync(".").filter((name) => /\.(js|css)$/.test(name));

for (const entry of entries) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    write: false,
    metafile: true,
  });
  const ours = Object.keys(metafile.inputs).filter((name) => !name.startsWith("node_modules"));
  const sources = [...ours, "package-lock.json"].sort();
  const hash = createHash("sha256");
  for (const name of sources) hash.update(readFileSync(name));
  writeFileSync(`../static/${entry}`, `/* ${sources.join(" ")} sha256:${hash.digest("hex")} */\n${outputFiles[0].text}`);
}

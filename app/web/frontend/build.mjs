// Builds the pages' scripts and styles into ../static/dist with content-hashed names and a manifest.
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const output = path.join(here, "..", "static", "dist");
const watching = process.argv.includes("--watch");

const entries = ["theme.js", "site.js", "site.css", "problem.js", "submission.js", "gradebook.js", "gradebook.css", "swagger.js", "swagger.css"];

// Every browser that runs these pages reads woff2: KaTeX's older formats would only weigh.
const woff2Only = {
  name: "woff2-only",
  setup(build) {
    build.onLoad({ filter: /katex\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      const contents = css.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[a-z]+"\)/g, "");
      return { contents, loader: "css" };
    });
  },
};

// The service may read the manifest at any moment, so it is replaced in one step, after the files.
const manifest = {
  name: "manifest",
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return;
      const names = {};
      for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
        if (entryPoint) names[path.basename(entryPoint)] = path.relative(output, path.resolve(here, file));
      }
      const target = path.join(output, "manifest.json");
      await writeFile(`${target}.part`, `${JSON.stringify(names, null, 2)}\n`);
      await rename(`${target}.part`, target);
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: entries.map((name) => path.join("src", name)),
  outdir: output,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "fonts/[name]-[hash]",
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  metafile: true,
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  loader: { ".woff2": "file" },
  legalComments: "linked",
  logLevel: "info",
  plugins: [woff2Only, manifest],
};

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
await copyFile(path.join(here, "src", "favicon.svg"), path.join(output, "favicon.svg"));
if (watching) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
}

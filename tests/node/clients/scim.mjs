// Directories of others, as far as they can be had: GitHub's own client calls the service (the npm packages
// @octokit/core and @octokit/plugin-enterprise-cloud), and the npm package scimmy, which knows SCIM's schemas and
// messages, reads every answer, filters what filters find, and does what patches ask for.
import { isDeepStrictEqual } from "node:util";
import { Octokit } from "@octokit/core";
import { enterpriseCloud } from "@octokit/plugin-enterprise-cloud";
import SCIMMY from "scimmy";

const { Messages, Schemas, Types } = SCIMMY;
const Client = Octokit.plugin(enterpriseCloud);
Schemas.User.extend(Schemas.EnterpriseUser);
const schema = { Users: Schemas.User, Groups: Schemas.Group };
const methods = {
  Users: {
    list: "listProvisionedIdentitiesEnterprise",
    read: "getProvisioningInformationForEnterpriseUser",
    create: "provisionEnterpriseUser",
    replace: "setInformationForProvisionedEnterpriseUser",
    patch: "updateAttributeForEnterpriseUser",
    remove: "deleteUserFromEnterprise",
  },
  Groups: {
    list: "listProvisionedGroupsEnterprise",
    read: "getProvisioningInformationForEnterpriseGroup",
    create: "provisionEnterpriseGroup",
    replace: "setInformationForProvisionedEnterpriseGroup",
    patch: "updateAttributeForEnterpriseGroup",
    remove: "deleteScimGroupFromEnterprise",
  },
};

// GitHub has a service for each enterprise, and a word of its own before the token; here there is one, and "Bearer".
function of({ at, key }) {
  const client = new Client({ baseUrl: at, log: { debug() {}, info() {}, warn() {}, error() {} } });
  client.hook.before("request", (request) => {
    request.headers.authorization = `Bearer ${key}`;
    request.url = request.url.replace("/enterprises/{enterprise}", "").replace("/enterprises/:enterprise", "");
  });
  return client;
}

// As JSON, with times as JavaScript has them: to the millisecond.
const plain = (value) =>
  JSON.parse(JSON.stringify(value), (name, of) => (/^(created|lastModified)$/.test(name) ? new Date(of).toJSON() : of));

// The resource as scimmy reads it: it refuses what is not of the schema, and leaves out what the schema has not got.
function read(kind, resource) {
  const theirs = plain(new schema[kind](resource, "both", resource.meta.location.slice(0, resource.meta.location.lastIndexOf("/"))));
  for (const [name, value] of Object.entries(resource)) {
    if (!isDeepStrictEqual(plain(value), theirs[name])) {
      throw new Error(`scimmy reads ${name} as ${JSON.stringify(theirs[name])}: ${JSON.stringify(value)}`);
    }
  }
  return resource;
}

async function send(asked, method, parameters) {
  const { if_match, if_none_match, ...rest } = parameters;
  const headers = { ...(if_match && { "if-match": if_match }), ...(if_none_match && { "if-none-match": if_none_match }) };
  try {
    const { status, data, headers: said } = await of(asked).enterpriseAdmin[method]({ headers, ...rest });
    return { status, data, etag: said.etag, location: said.location };
  } catch (error) {
    if (!error.response) throw error;
    const { status, data } = error.response;
    if (status >= 400) new Messages.ErrorResponse({ status: data.status, scimType: data.scimType, detail: data.detail });
    return { status, data: data || null };
  }
}

async function one(asked, method) {
  const { kind, id } = asked;
  const idName = kind === "Users" ? "scim_user_id" : "scim_group_id";
  const answer = await send(asked, methods[kind][method], { ...(id && { [idName]: id }), ...asked.with });
  if (answer.status === 200 || answer.status === 201) {
    read(kind, answer.data);
    if (answer.etag !== answer.data.meta.version) throw new Error(`ETag ${answer.etag} is not ${answer.data.meta.version}`);
  }
  return answer;
}

// Every page of a list, one after another, as its own numbers say how it goes on.
async function list(asked, parameters = asked.with ?? {}) {
  const all = [];
  for (let pages = 1; ; pages++) {
    const { status, data } = await send(asked, methods[asked.kind].list, { startIndex: all.length + 1, ...parameters });
    if (status !== 200) return { status, data };
    const page = new Messages.ListResponse(data);
    if (page.itemsPerPage !== data.Resources.length) throw new Error(`${page.itemsPerPage} are not ${data.Resources.length}`);
    all.push(...data.Resources);
    if (all.length >= data.totalResults || parameters.startIndex || data.Resources.length === 0) {
      return { status, total: data.totalResults, pages, all };
    }
  }
}

// An attribute of scimmy's of the description of one.
function attributeOf({ type, name, subAttributes = [], mutability, returned, ...config }) {
  const mutable = { readOnly: false, readWrite: true }[mutability] ?? mutability;
  return new Types.Attribute(type, name, { ...config, mutable, returned: returned === "default" }, subAttributes.map(attributeOf));
}

export const calls = {
  create: (asked) => one(asked, "create"),
  read: (asked) => one(asked, "read"),
  replace: (asked) => one(asked, "replace"),
  patch: (asked) => one(asked, "patch"),
  remove: (asked) => one(asked, "remove"),
  list: (asked) => list(asked),

  // What each filter finds, by the service and by scimmy among all there are.
  async filters(asked) {
    const { all } = await list(asked, { count: 100 });
    all.forEach((resource) => read(asked.kind, resource));
    const found = [];
    for (const filter of asked.filters) {
      const here = (await list(asked, { filter, count: 2 })).all?.map(({ id }) => id);
      found.push({ filter, here, theirs: new Types.Filter(filter).match(all).map(({ id }) => id) });
    }
    return found;
  },

  // What each order gives, by the service and by scimmy.
  async orders(asked) {
    const { all } = await list(asked, { count: 100 });
    const found = [];
    for (const order of asked.orders) {
      const here = (await list(asked, { ...order, count: 2 })).all?.map(({ id }) => id);
      const theirs = new Messages.ListResponse(plain(all), { ...order, itemsPerPage: 1000 }).Resources.map(({ id }) => id);
      found.push({ order: JSON.stringify(order), here, theirs });
    }
    return found;
  },

  // What each patch makes of a resource, by the service and by scimmy; or why they refuse it.
  async patches(asked) {
    const made = [];
    for (const Operations of asked.patches) {
      const before = (await one(asked, "read")).data;
      const message = { schemas: [Messages.PatchOp.id], Operations };
      const said = { patch: JSON.stringify(Operations) };
      try {
        said.theirs = plain((await new Messages.PatchOp(message).apply(new schema[asked.kind](before))) ?? before);
      } catch (refused) {
        said.theirs = refused.scimType ?? refused.message;
      }
      const { data } = await one({ ...asked, with: message }, "patch");
      made.push({ ...said, here: data.scimType ?? data });
    }
    return made;
  },

  // What the service says of itself, read by scimmy, and held to the schemas of the RFC that scimmy brings.
  async describe(asked) {
    const client = of(asked);
    const get = async (path) => (await client.request(`GET /scim/v2${path}`)).data;
    const config = await get("/ServiceProviderConfig");
    new Schemas.ServiceProviderConfig(config, config.meta.location);
    const types = new Messages.ListResponse(await get("/ResourceTypes")).Resources;
    types.forEach((type) => new Schemas.ResourceType(type, type.meta.location));
    const apart = [];
    const compare = (ours, theirs, path) => {
      for (const attribute of ours) {
        const at = `${path}.${attribute.name}`;
        const same = theirs?.find(({ name }) => name === attribute.name);
        if (!same) apart.push(at);
        for (const about of same ? ["type", "multiValued", "mutability", "required", "uniqueness"] : []) {
          if (same[about] !== undefined && attribute[about] !== same[about]) apart.push(`${at}: ${about} is ${attribute[about]}, not ${same[about]}`);
        }
        compare(attribute.subAttributes ?? [], same?.subAttributes, at);
      }
    };
    const described = new Messages.ListResponse(await get("/Schemas")).Resources;
    for (const { id, name, attributes } of described) {
      const theirs = plain(Object.values(schema).find((known) => known.id === id).definition.describe());
      compare(attributes, theirs.attributes, name);
    }
    // What is answered is what is described: nothing of it is lost to who knows no more than that.
    for (const { kind, id } of asked.resources) {
      const { name, id: of, description, attributes } = described.find(({ id }) => id === schema[kind].id);
      const { data } = await one({ ...asked, kind, id }, "read");
      const known = new Types.SchemaDefinition(name, of, description, attributes.map(attributeOf)).coerce(data, "out");
      for (const [part, value] of Object.entries(data)) {
        if (part !== "meta" && !isDeepStrictEqual(value, plain(known[part]))) apart.push(`${name}.${part} is not as described`);
      }
    }
    return { types: types.map(({ id, endpoint, schema: of }) => ({ id, endpoint, schema: of })), apart };
  },
};

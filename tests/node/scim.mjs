// Other people's reading of SCIM's filters and patches: takes {filters, resources, patches} as JSON, and gives for each
// filter the ids of the resources it finds, and for each patch the resource it makes.
import { text } from "node:stream/consumers";
import patching from "scim-patch";
import filtering from "scim2-parse-filter";

const { filters, resources, patches } = JSON.parse(await text(process.stdin));
const found = filters.map((filter) => resources.filter(filtering.filter(filtering.parse(filter))).map(({ id }) => id));
const patched = patches.map(({ resource, operations }) => patching.scimPatch(structuredClone(resource), operations));
console.log(JSON.stringify({ found, patched }));

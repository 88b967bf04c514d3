import type { Schema } from "../api/client";
import type { RequirementTab } from "../app/router";

export type Requirements = Schema["RequirementsView"];
export type Statement = Schema["StatementView"];
export type Brief = Schema["StatementBrief"];
export type LinkView = Schema["LinkView"];
export type Relation = LinkView["relation"];

/** What a statement can be called by: its own words where it has no id of its author's. */
export type Named = Pick<Brief, "id" | "document_id" | "name" | "text">;

export const types = {
  requirement: "Requirement",
  feature: "Feature",
  constraint: "Constraint",
  stakeholder: "Stakeholder",
  metric: "Metric",
  dependency: "Dependency",
  risk: "Risk",
  assumption: "Assumption",
  objective: "Objective",
  overview: "Overview",
  test_case: "Test case",
  unit_test_spec: "Unit test",
  integration_test_spec: "Integration test",
  acceptance_criteria: "Acceptance criteria",
  documentation: "Documentation",
  user_manual: "User manual",
  api_doc: "API documentation",
  technical_spec: "Technical specification",
  release_note: "Release note",
  design_spec: "Design",
  screen_flow: "Screen flow",
  wireframe: "Wireframe",
} as const satisfies Record<Brief["type"], string>;

export const priorities = { critical: "Critical", high: "High", medium: "Medium", low: "Low" } as const satisfies Record<Brief["priority"], string>;

export const statuses = {
  draft: "Draft",
  in_review: "In review",
  approved: "Approved",
  implemented: "Implemented",
  deprecated: "Deprecated",
} as const satisfies Record<Brief["status"], string>;

/** How a link reads from where it goes out, and from where it comes to. */
export const relations: Record<Relation, readonly [string, string]> = {
  DEPENDS_ON: ["depends on", "is needed by"],
  REFERENCES: ["refers to", "is referred to by"],
  TESTS: ["tests", "is tested by"],
  IMPLEMENTS: ["implements", "is implemented by"],
  DOCUMENTS: ["documents", "is documented by"],
  DESIGNS: ["designs", "is designed by"],
  CONTRADICTS: ["contradicts", "contradicts"],
  RELATES_TO: ["relates to", "relates to"],
  BELONGS_TO: ["stands under", "stands above"],
};

/** What people can say of two statements: what stands under what is the text's to say. */
export const addable = (Object.keys(relations) as Relation[]).filter((one): one is Schema["AddLink"]["relation"] => one !== "BELONGS_TO");

export const methods: Record<LinkView["method"], string> = {
  reference: "by the id it names",
  phrase: "by its words",
  terms: "by words in common",
  rule: "by a rule",
  person: "by a person",
  structure: "by headings and lists",
};

export const percent = (share: number) => `${Math.round(share * 100)} %`;

/** How a statement is called in one line. */
export const calledBy = ({ name, text }: Pick<Named, "name" | "text">, most = 90) => {
  const words = text.replace(/\s+/g, " ");
  const short = words.length > most ? `${words.slice(0, most - 1).trimEnd()}…` : words;
  return name !== null && !words.includes(name) ? `${name}: ${short}` : short;
};

/** The address of a page of a document, and of a statement there. */
export function addressOf(document: string, tab: RequirementTab = "statements", query: Record<string, string> = {}): string {
  const asked = new URLSearchParams(query);
  return `/requirements/${document}${tab === "statements" ? "" : `/${tab}`}${asked.size > 0 ? `?${asked}` : ""}`;
}

import type { ChangeKind } from './change-kinds.ts'
import { documentValue } from '#iam/json-value.ts'
import type { Recipe } from './script/recipe.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { isStandIn } from '#engine/representatives.ts'
import type { Attributes, Scenario } from '#engine/scenario.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { withVersion } from './document-version.ts'
import { type StatementJson, statementsOf } from './statement.ts'
import { applyOperations, type Operation } from './operation.ts'
import { holdsPolicyOf, keyOfLocation, type PolicyLocation, withDocument } from './policy-location.ts'

/** An edit of one policy document. What it does is worked out on the document as the edits before it leave it. */
export interface DocumentEdit {
  readonly is: 'document'
  readonly kind: Extract<ChangeKind, 'edit-policy' | 'add-policy' | 'edit-request'>
  readonly location: PolicyLocation
  readonly operationsOn: (document: unknown) => readonly Operation[]
  /** Effect of the edit in words, to go on after "it": `add a statement to inline policy …`. */
  readonly does: string
  /** For the id: `add-identity-policy`. */
  readonly slug: string
  /** The statement it adds or widens, by its pointer afterwards; undefined where it narrows a Deny. */
  readonly grantingPointer?: (document: unknown) => string
  /** How it opens a Deny, which decides its place among fixes (R-ADV-11). */
  readonly opensDeny?: DenyOpening
  /** It adds an exception to a Deny and nothing else. */
  readonly addsDenyException?: true
  /** It opens a statement that is about other things, too: what else it grants is for the proof to say. */
  readonly mayGrantMore?: true
  /** It adds an action to a statement for what belongs to whoever calls, by a policy variable. */
  readonly isOfOwnThings?: true
  /** The whole statement, where it adds one: it can stand in a policy of its own as well. */
  readonly adds?: StatementJson
  /** Keys that the evidence leaves open, with values that meet the conditions that the new statement keeps, or usual ones. */
  readonly assumes?: Readonly<Record<string, ContextValue>>
  /** Conditions that protect data and that the change gives up. */
  readonly losesGuards?: readonly LostGuard[]
  /** Something that stood in the document does not any more: it may take access away. */
  readonly replaces?: true
  /** It puts back what changed since older policies. */
  readonly putsBack?: true
  /** It mends slips of a statement where they stand. */
  readonly mends?: MendedStatement
}

/**
 * How an edit opens a Deny (ADR 0069). `left-out`: it allows an action for everybody that the Deny is not about. `value`: it allows
 * one more value of a list for everybody. `action`: it allows an action for everybody that the Deny is about. `exception`: it
 * spares one principal.
 */
export type DenyOpening = 'left-out' | 'value' | 'action' | 'exception'

/** A condition that protects data, of a statement that is like the one that a change adds. */
export interface LostGuard {
  /** `statement 1 "OwnRows" of `deploy``. */
  readonly statement: string
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  /** Values that it lets pass in addition; left out where it is given up. */
  readonly admits?: readonly string[]
}

/** A statement that says almost what was asked, with what keeps it from that. */
export interface MendedStatement {
  /** `statement 2 "Read" of `deploy``. */
  readonly statement: string
  /** Slips of the statement, a text for each element that is wrong: `its Resource … has a slash too many`. */
  readonly slips: readonly string[]
  readonly pointer: string
  readonly elements: readonly string[]
  /** Its actions that AWS asks on `*` alone, so that no grant on a resource is one of them (R-REQ-04). */
  readonly neverAsked: readonly string[]
  /** It allows everyone whom its conditions are met by, before and after: who is let in does not change. */
  readonly isForEveryone?: true
}

/** An edit of what stands beside the policies of a resource: its grants, its ownership of objects. */
export interface AttributeEdit {
  readonly is: 'attribute'
  readonly kind: Extract<ChangeKind, 'edit-policy' | 'create-grant'>
  readonly resource: string
  readonly operationsOn: (attributes: unknown) => readonly Operation[]
  readonly does: string
  readonly slug: string
  /** How it is made, from the attributes as they are. */
  readonly recipe: (attributes: unknown) => Recipe
  /** Who can make it, where that is not the owner of the resource. */
  readonly owner?: string
  /** Whose policies it satisfies, where it stands for a change of them: a tag that a condition asks for. */
  readonly layer?: PolicyLayer
  /** The value is one of many that would do. */
  readonly isOneOfMany?: true
  /** Grantee of a grant, and the encryption context it is held to. */
  readonly grantee?: string
  readonly constraints?: Readonly<Record<string, string>>
}

/** Another request instead of another policy. */
export interface RequestEdit {
  readonly is: 'request'
  readonly kind: Extract<ChangeKind, 'edit-request' | 'change-principal' | 'wait'>
  readonly layer: PolicyLayer
  readonly operations: readonly Operation[]
  readonly does: string
  readonly slug: string
  readonly hint: string
  /** The call as it is to be typed. */
  readonly call?: string
  /** A person has to choose the value. */
  readonly isOpen?: true
  /** Keys that the evidence leaves open, with the values that they usually have. */
  readonly assumes?: Readonly<Record<string, ContextValue>>
}

export type Edit = DocumentEdit | AttributeEdit | RequestEdit

/** Sentences on what the edits do, each once: statements that are added to one policy are counted. */
export function whatEditsDo(edits: readonly Edit[]): readonly string[] {
  const times = new Map<string, number>()
  for (const { does } of edits) times.set(does, (times.get(does) ?? 0) + 1)
  return [...times].map(([does, n]) => (n === 1 ? does : does.replace(ONE_STATEMENT, `add ${n} statements`)))
}

const ONE_STATEMENT = /^add a statement\b/

/** Whether the edit mends slips of a statement where they stand. */
export const isMend = (edit: Edit): boolean => edit.is === 'document' && edit.mends !== undefined

/** Whether the edit mends what a statement for everyone under a condition is about: it grants nothing to a caller that is named. */
export const isMendForEveryone = (edit: Edit): boolean => edit.is === 'document' && edit.mends?.isForEveryone === true

/** Whether the edit opens a Deny to what the Deny is about: for a principal, or an action of everybody (R-ADV-11). */
export const sparesFromGuardrail = (edit: Edit): boolean =>
  edit.is === 'document' && (edit.opensDeny === 'exception' || edit.opensDeny === 'action')

/** Whether the edit corrects a Deny for everybody: a value that it should list, an action that it is not about. */
export const correctsGuardrail = (edit: Edit): boolean =>
  edit.is === 'document' && (edit.opensDeny === 'value' || edit.opensDeny === 'left-out')

/** Whether the edit puts back what changed since older policies. */
export const isPutBack = (edit: Edit): boolean => edit.is === 'document' && edit.putsBack === true

/** The result of a plan's edits on one document, one resource or the request: what is put in force, and how it got there. */
export interface Edited {
  readonly edits: readonly Edit[]
  readonly before: unknown
  readonly after: unknown
  readonly operations: readonly Operation[]
}

/** The edits of a plan put together: those on the same document one after another, each on what the last left. */
export function editedBy(edits: readonly Edit[], scenarios: readonly Scenario[]): readonly Edited[] {
  const all = new Map<string, { edits: Edit[]; before: unknown; after: unknown; operations: Operation[] }>()
  for (const edit of edits) {
    const key = keyOfEdit(edit)
    const before = beforeOf(edit, scenarios)
    const entry = all.get(key) ?? { edits: [], before, after: before, operations: [] }
    const operations = isThere(edit, entry.after) ? [] : operationsOf(edit, entry.after)
    entry.edits.push(edit)
    entry.operations.push(...operations)
    entry.after = applyOperations(entry.after, operations)
    all.set(key, entry)
  }
  return [...all.values()]
}

/** Whether the statement that an edit adds is in the document: an edit for another layer put it there. */
const isThere = (edit: Edit, document: unknown): boolean =>
  edit.is === 'document' &&
  edit.adds !== undefined &&
  statementsOf(document).some((statement) => JSON.stringify(statement) === JSON.stringify(edit.adds))

function operationsOf(edit: Edit, document: unknown): readonly Operation[] {
  if (edit.is === 'request') return edit.operations
  const operations = edit.operationsOn(document)
  return edit.is === 'document' ? withVersion(document, operations) : operations
}

function keyOfEdit(edit: Edit): string {
  if (edit.is === 'document') return keyOfLocation(edit.location)
  return edit.is === 'attribute' ? `attributes ${edit.resource}` : 'request'
}

function beforeOf(edit: Edit, scenarios: readonly Scenario[]): unknown {
  switch (edit.is) {
    case 'document':
      return documentValue(edit.location.document)
    case 'attribute':
      return (
        scenarios
          .map((scenario) => attributesOf(scenario, edit.resource))
          .find((attributes) => attributes !== undefined) ?? {}
      )
    case 'request':
      return scenarios[0]?.request ?? null
  }
}

/** The scenario with everything that was edited put in its place; the request is its caller's to change. */
export function withEdits(scenario: Scenario, edited: readonly Edited[]): Scenario {
  let result = scenario
  for (const { edits, after } of edited) {
    const [first] = edits
    if (first?.is === 'document') result = withDocument(result, first.location, after)
    else if (first?.is === 'attribute') result = withAttributes(result, first.resource, after as Attributes)
  }
  return withAssumed(result, edited)
}

/** Of a tag that the evidence shows not to be passed, no edit assumes a value: then it was only taken to be left out. */
const isTagTakenAsLeftOut = (key: string, value: ContextValue): boolean =>
  value === null && key.toLowerCase().startsWith('aws:requesttag/')

/** The scenario with the open keys that the edits assume; what the request gives stays, but for a value that stands for any other. */
function withAssumed(scenario: Scenario, edited: readonly Edited[]): Scenario {
  const { request } = scenario
  const assumed = edited
    .flatMap(({ edits }) => edits)
    .flatMap((edit) => (edit.is === 'attribute' ? [] : Object.entries(edit.assumes ?? {})))
  if (assumed.length === 0 || request.contextComplete === true) return scenario
  const isUnknown = (value: ContextValue): boolean => typeof value === 'object' && value !== null && 'state' in value
  const known = new Set(
    Object.entries(request.context ?? {}).flatMap(([key, value]) =>
      isUnknown(value) || isStandIn(value) || isTagTakenAsLeftOut(key, value) ? [] : [key.toLowerCase()],
    ),
  )
  const open = assumed.filter(([key]) => !known.has(key.toLowerCase()))
  const taken = new Set(open.map(([key]) => key.toLowerCase()))
  const rest = Object.entries(request.context ?? {}).filter(([key]) => !taken.has(key.toLowerCase()))
  return { ...scenario, request: { ...request, context: Object.fromEntries([...rest, ...open]) } }
}

/** The request after a plan; the same where the plan leaves it. */
export function requestAfter(request: Request, edited: readonly Edited[]): Request {
  const change = edited.find(({ edits }) => edits[0]?.is === 'request')
  return change === undefined ? request : (applyOperations(request, change.operations) as Request)
}

const attributesOf = ({ request, policies, resources }: Scenario, resource: string): unknown =>
  holdsPolicyOf(request.resource, resource)
    ? (policies?.serviceGuards ?? resources?.find(({ arn }) => arn === resource)?.attributes)
    : resources?.find(({ arn }) => arn === resource)?.attributes

function withAttributes(scenario: Scenario, resource: string, attributes: Attributes): Scenario {
  const { request, policies, resources } = scenario
  return {
    ...scenario,
    ...(holdsPolicyOf(request.resource, resource) && policies !== undefined
      ? { policies: { ...policies, serviceGuards: attributes } }
      : {}),
    ...(resources === undefined
      ? {}
      : { resources: resources.map((listed) => (listed.arn === resource ? { ...listed, attributes } : listed)) }),
  }
}

import type { LayerFinding } from '#engine/layers/finding.ts'
import { isStandIn } from '#engine/representatives.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import type { DocumentEdit } from '../edit.ts'
import type { GrantGoal } from '../grant-goal.ts'
import { settableKey } from './request-keys.ts'
import { locationOf } from './add-statement.ts'
import { assumingTls } from './assumed-tls.ts'
import { isAwsOwned } from '../policy-location.ts'
import { type Denying, denying, isInline, isNeverOpened, MAX_SPARED, nameOf } from './narrow-deny.ts'

/** Operators by which a Deny lists what it does not deny. */
const LISTING = /^(?:string|arn)not(?:equals|like)(?:ifexists)?$/i

/**
 * Keys of where a thing is and how large. A list of them is a choice that grows by one more. Any other list may protect something: who
 * calls, a tag, `required` for a token, `AWS_IAM` for a function URL. No call shows that its value belongs there, for everybody.
 */
const PLACE_OR_SIZE =
  /(?:region|locationconstraint|availabilityzone(?:id)?|instancetype|instanceclass|databaseclass|databaseengine|nodetype|volumetype|storage-class)$/i

/**
 * The value of the request on the list of what each Deny lets pass, as a person writes it: one more Region. Shorter than a Deny
 * that is cut around one action, and wider: in a guardrail it is for everybody under it (R-ADV-11). Of the policies of resources and of
 * managed policies none: others would gain by it. Undefined: one of them lists nothing of the kind.
 */
export function allowedValueEdits(
  finding: LayerFinding,
  goal: GrantGoal,
  on: string,
): readonly DocumentEdit[] | undefined {
  const found = denying(finding, goal)
  const isOwn = finding.layer === 'identity-policy' || finding.layer === 'session-policy'
  const isGuardrail = GUARDRAILS.has(finding.layer)
  const isReadable = finding.policies.every(({ document }) => document.unreadable.length === 0)
  if (!isReadable || found.length === 0 || found.length > MAX_SPARED) return undefined
  if (!isGuardrail && !(isOwn && found.every(isInline))) return undefined
  if (found.some((denied) => isAwsOwned(denied.policy) || isNeverOpened(denied, goal))) return undefined
  const edits = found.map((denied) => {
    const line = denied.statement.conditions.find((line) => isListed(line, goal))
    return line === undefined ? undefined : assumingTls(editOf(finding, denied, line, goal, on), finding, goal)
  })
  return edits.every((edit) => edit !== undefined) ? edits : undefined
}

const GUARDRAILS: ReadonlySet<string> = new Set([
  'service-control-policy',
  'resource-control-policy',
  'permissions-boundary',
  'vpc-endpoint-policy',
])

function isListed(line: ConditionLine, goal: GrantGoal): boolean {
  const { operator, key } = line
  const value = valueOf(key, goal)
  if (LISTING.test(operator) && keyMeant(line) !== undefined) return true
  if (value === undefined || !LISTING.test(operator)) return false
  if (listsOtherKind(line)) return true
  if (!PLACE_OR_SIZE.test(key)) return false
  // A service with one endpoint is in the same Region from everywhere: its action is left out instead (R-CTX-03).
  return key.toLowerCase() !== 'aws:requestedregion' || !GLOBAL_SERVICES.has(goal.input.question.action.service)
}

/** Whether all values of the line are of another kind than the key has, such as a VPC for an endpoint: a Deny on them always matches. */
function listsOtherKind({ key, values }: ConditionLine): boolean {
  const start = settableKey(key)?.neverBegins
  return start !== undefined && values.length > 0 && values.every(({ template }) => template.source.startsWith(start))
}

/** The key that every value of the line is of, where it is the other one of VPC and endpoint: `vpc-…` stands under aws:SourceVpce. */
function keyMeant({ key, values }: ConditionLine): string | undefined {
  const other = new Map([
    ['aws:sourcevpce', { key: 'aws:SourceVpc', form: /^vpc-/ }],
    ['aws:sourcevpc', { key: 'aws:SourceVpce', form: /^vpce-/ }],
  ]).get(key.toLowerCase())
  return values.length > 0 && values.every(({ template }) => other?.form.test(template.source)) ? other?.key : undefined
}

function valueOf(key: string, { input }: GrantGoal): string | undefined {
  const state = input.question.lookup(key)
  const [value] = state.state === 'values' && !state.multivalued ? state.values : []
  return value === undefined || isStandIn(value) || /[*?]|\$\{/.test(value) ? undefined : value
}

function editOf(
  finding: LayerFinding,
  denied: Denying,
  line: ConditionLine,
  goal: GrantGoal,
  on: string,
): DocumentEdit {
  const { operator, key } = line
  const meant = keyMeant(line)
  if (meant !== undefined)
    return renamedKey(
      finding,
      denied,
      line,
      { meant, isOpen: goal.input.question.lookup(meant).state === 'unknown' },
      on,
    )
  const isMistake = listsOtherKind(line)
  const value = valueOf(key, goal) ?? ''
  const at = pointerTo(denied.statement.pointer, 'Condition', operator, key)
  return {
    is: 'document',
    kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
    location: locationOf(finding, denied.policy, on),
    operationsOn: (document) => {
      const now = valueAt(document, at)
      if (now === undefined) return []
      if (isMistake) return [{ op: 'replace', path: at, value }]
      return Array.isArray(now)
        ? [{ op: 'add', path: `${at}/-`, value }]
        : [{ op: 'replace', path: at, value: [now, value] }]
    },
    does: isMistake
      ? `write ${value} for ${line.values.map(({ template }) => template.source).join(', ')}, which ${key} never is, in ${nameOf(denied)}`
      : `add ${value} to the ${key} values of ${nameOf(denied)}`,
    slug: `list-${finding.layer}`,
    opensDeny: 'value',
    addsDenyException: true,
  }
}

/** The Deny with the key that its values are of: what its author meant, for everybody under it. */
function renamedKey(
  finding: LayerFinding,
  denied: Denying,
  { operator, key, values }: ConditionLine,
  { meant, isOpen }: { readonly meant: string; readonly isOpen: boolean },
  on: string,
): DocumentEdit {
  const at = pointerTo(denied.statement.pointer, 'Condition', operator)
  const [first] = values.map(({ template }) => template.source)
  return {
    is: 'document',
    kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
    location: locationOf(finding, denied.policy, on),
    operationsOn: (document) => {
      const now = valueAt(document, pointerTo(at, key))
      return now === undefined
        ? []
        : [
            { op: 'remove', path: pointerTo(at, key) },
            { op: 'add', path: pointerTo(at, meant), value: now },
          ]
    },
    does: `compare ${meant} with ${first ?? ''} instead of ${key}, which never has such a value, in ${nameOf(denied)}`,
    slug: `list-${finding.layer}`,
    opensDeny: 'value',
    addsDenyException: true,
    ...(first === undefined || !isOpen ? {} : { assumes: { [meant]: first } }),
  }
}

import { allButArnsOfSns, isTextMessage } from '#iam/phone-number.ts'
import { type Change, type ChangeInHand, OTHER_STATEMENTS } from '../change.ts'
import { consequencesOf } from '../gate/consequences.ts'
import type { AdvisedCall } from '../gate/grants-to.ts'
import type { DraftInHand } from '../proof/fix.ts'
import { savablePattern, WILDCARDS } from '../savable.ts'
import { oneOrList, type StatementJson } from '../statement.ts'

/** A fix that AWS's words alone come to (docs/json.md, "Fix"): nothing was seen that it could be replayed on or proved by. */
export function draftedFix(id: string, does: string, drafted: readonly ChangeInHand[], call: AdvisedCall): DraftInHand {
  const isWritten = savablePattern(call.resource ?? '') === (call.resource ?? '')
  const changes = isWritten ? drafted : drafted.map((change) => ({ ...change, does: `${change.does}${WILDCARDS}` }))
  return {
    id,
    title: `${does.charAt(0).toUpperCase()}${does.slice(1)}`,
    rank: 1,
    scope: 'exact',
    cures: [0],
    changes,
    ...consequencesOf(changes, call),
    basis: 'message',
    replay: null,
    proof: null,
  }
}

/** The policy that a drafted statement is for: which one, whose it is, what it is attached to. */
type Holder = Pick<Change, 'layer' | 'policy' | 'owner' | 'does'> & { readonly on: string }

/** A statement to be added to a policy of which nobody has seen what else stands in it. */
export const statementAdded = (statement: StatementJson, { does, on, ...holder }: Holder): Change => ({
  ...holder,
  kind: 'edit-policy',
  patch: [{ op: 'add', path: '/Statement/-', value: statement }],
  before: null,
  after: null,
  leftOpen: [OTHER_STATEMENTS],
  does,
  on,
})

/** A change of the call itself, or of who makes it: no policy changes. */
export const callChanged = (
  { principal }: Pick<AdvisedCall, 'principal'>,
  change: Pick<Change, 'layer' | 'kind' | 'patch' | 'does'>,
): Change => ({
  ...change,
  policy: 'the request',
  owner: `whoever makes the call: ${principal ?? 'the caller'}`,
  before: null,
  after: null,
})

/** Elements of a drafted statement besides its actions, in the order in which AWS's examples write them. */
interface Elements {
  readonly principal?: unknown
  /** Left out: the statements of the document have none (trust policies). */
  readonly resource?: unknown
  readonly condition?: Readonly<Record<string, unknown>>
}

/** An Allow of the actions, with a Sid that says which: letters and digits only (R-GRAM-04). */
export const draftedAllow = (actions: readonly string[], { principal, resource, condition = {} }: Elements) => ({
  Sid: sidOf(actions),
  Effect: 'Allow',
  ...(principal === undefined ? {} : { Principal: principal }),
  Action: oneOrList(actions),
  ...(resource === undefined ? {} : resourceElement(actions, resource)),
  ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
})

/** A phone number has no ARN: text messages are all that is none of SNS's ARNs. */
const resourceElement = ([action = '', ...others]: readonly string[], resource: unknown) =>
  others.length === 0 && typeof resource === 'string' && isTextMessage(action, resource)
    ? { NotResource: allButArnsOfSns('aws') }
    : { Resource: savableIn(resource) }

/** Of more actions than anybody reads, the first. */
function sidOf(actions: readonly string[]): string {
  const names = actions.map((action) => action.slice(action.indexOf(':') + 1))
  return names.length > 3 ? `Allow${names[0]}AndMore` : `Allow${names.join('')}`
}

/** `?` for each character that IAM does not save (R-GRAM-07). */
const savableIn = (resource: unknown): unknown =>
  typeof resource === 'string' ? savablePattern(resource) : Array.isArray(resource) ? resource.map(savableIn) : resource

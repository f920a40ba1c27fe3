import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { FailedElement } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { documentValue } from '#iam/json-value.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { isPrivateRange } from '#iam/condition/compare.ts'
import { formatArn, isAccountId, parseArn } from '#iam/arn.ts'
import { doubledArn } from '#iam/doubled-arn.ts'
import { isSecretElsewhere } from '#iam/named-secret.ts'
import { isNeverSent } from '#iam/facts/keys-of-actions.ts'
import { UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import { settableKey } from '../edits/request-keys.ts'
import type { Operation } from '../operation.ts'
import type { DraftInHand } from '../proof/fix.ts'
import { callChanged, draftedFix } from './drafted-fix.ts'

type Diagnosed = Pick<Diagnosis, 'denial' | 'causes' | 'steps'>

/**
 * Another call that the given policies show the way to, where nobody says who called: nothing is granted to a caller who was assumed, and
 * a changed call grants nothing (R-EVID-12). Empty: they show none.
 */
export function otherCallFixes(diagnosis: Diagnosed, scenario: Scenario | undefined): readonly DraftInHand[] {
  const named = nameInsteadOfArn(diagnosis)
  if (named.length > 0) return named
  const elsewhere = arnInsteadOfName(diagnosis)
  if (elsewhere.length > 0) return elsewhere
  const request = diagnosis.steps[0]?.request
  if (request === undefined || scenario === undefined) return []
  const conditions = request.principal === UNKNOWN_PRINCIPAL ? conditionsAsked(diagnosis, request.action) : []
  return [...conditions, ...chainedRole(diagnosis, scenario), ...withoutObjectTags(diagnosis)]
}

/** The call with the name of a resource, where its ARN was given instead: AWS puts the name into an ARN itself (R-EVID-19). */
function nameInsteadOfArn({ denial }: Pick<Diagnosed, 'denial'>): readonly DraftInHand[] {
  const doubled = doubledArn(denial.resource ?? '')
  if (doubled === undefined || denial.resource === null) return []
  const { inner, name } = doubled
  const outer = parseArn(denial.resource)?.account ?? ''
  const isOther = isAccountId(inner.account) && isAccountId(outer) && inner.account !== outer
  const where = isOther
    ? `, with credentials of account ${inner.account}: AWS looks for a name in the account of the caller, ${outer}`
    : ''
  const does = `give the call the name \`${name}\` of the resource, not its ARN${where}`
  const resource = denial.resource.replace(doubled.text, name)
  return [changedCall('name-not-arn', does, [{ op: 'replace', path: '/resource', value: resource }], denial)]
}

/** The call with the ARN of a secret that the caller's policies allow in another account, where its name alone was given. */
function arnInsteadOfName({ causes, denial }: Diagnosed): readonly DraftInHand[] {
  const failed = causes.flatMap(({ certainty, nearest }) => (certainty === 'possible' ? [] : (nearest?.failedOn ?? [])))
  const isOfResource = failed.every(({ element }) => element === 'Resource')
  const [found] = failed.flatMap(({ expected, actual }) =>
    [expected]
      .flat()
      .flatMap((pattern) =>
        isSecretElsewhere(String(pattern), String(actual))
          ? [[parseArn(String(pattern)), parseArn(String(actual))]]
          : [],
      ),
  )
  const [allowed, own] = isOfResource ? (found ?? []) : []
  if (allowed === undefined || own === undefined) return []
  const does = `give the call the ARN of the secret in account ${allowed.account}, not its name: AWS looks for a name in the account of the caller, ${own.account}`
  const value = formatArn({ ...own, region: allowed.region, account: allowed.account })
  return [changedCall('arn-not-name', does, [{ op: 'replace', path: '/resource', value }], denial)]
}

/** What the one statement that fails on nothing but conditions asks of the call, where whoever calls can send it. */
function conditionsAsked({ causes, denial }: Diagnosed, action: string): readonly DraftInHand[] {
  const failed = causes.flatMap(({ certainty, nearest }) => (certainty === 'possible' ? [] : (nearest?.failedOn ?? [])))
  const values = failed.map((element) => askedValue(element, action))
  if (values.length === 0 || !values.every((value) => value !== undefined)) return []
  const does = values.map(({ key, text }) => settableKey(key)?.does(key, text, 'role-session') ?? '').join('; ')
  return [
    changedCall(
      'call-as-asked',
      does,
      values.map(({ key, text }) => setting(key, text)),
      denial,
    ),
  ]
}

interface AskedValue {
  readonly key: string
  readonly text: string
}

/** The first value that a condition asks for and whoever calls can send; undefined: there is none, or no request has it. */
function askedValue({ element, key, operator, expected }: FailedElement, action: string): AskedValue | undefined {
  const [text] = [expected].flat()
  const isEqual = /^(?:ForAnyValue:)?(?:String(?:Equals|Like)|Arn(?:Equals|Like)|Bool|IpAddress)/i.test(operator ?? '')
  if (element !== 'Condition' || key === undefined || !isEqual || typeof text !== 'string' || /[*?$]/.test(text))
    return undefined
  return mayBeSent(key, text, action) ? { key, text } : undefined
}

/** Whether any caller can send the value with the call: not a private address (R-COND-05), the id of another kind, or no MFA. */
function mayBeSent(key: string, text: string, action: string): boolean {
  const settable = settableKey(key)
  if (settable === undefined || text === 'false' || isNeverSent(action, key)) return false
  const { only, onlyIn, onlyIfKnown, notFor = [], neverBegins } = settable
  const isOther = neverBegins !== undefined && text.startsWith(neverBegins)
  const isPrivate = key.toLowerCase() === 'aws:sourceip' && isPrivateRange(text)
  const isForEveryone = only === undefined && onlyIn === undefined && onlyIfKnown !== true
  return isForEveryone && !notFor.includes(action.toLowerCase()) && !isOther && !isPrivate
}

const setting = (key: string, value: string): Operation => ({ op: 'add', path: pointerTo('/context', key), value })

/**
 * A role that trusts other roles of AWS's and no provider is assumed with the credentials of such a role, and not with the token: the
 * second step of a chain of roles. https://github.com/aws-actions/configure-aws-credentials#assumerole-with-role-previously-assumed-by-action-in-same-workflow
 */
function chainedRole({ denial }: Diagnosed, { policies, request }: Scenario): readonly DraftInHand[] {
  if (!/^sts:AssumeRoleWith(?:WebIdentity|SAML)$/i.test(request.action)) return []
  const allows = [valueAt(documentValue(policies?.resourcePolicy?.document), '/Statement') ?? []]
    .flat()
    .filter((statement) => valueAt(statement, '/Effect') === 'Allow')
  if (allows.some((statement) => valueAt(statement, '/Principal/Federated') !== undefined)) return []
  const roles = allows
    .filter((statement) =>
      [valueAt(statement, '/Action') ?? []].flat().some((action) => /^sts:AssumeRole$/i.test(String(action))),
    )
    .flatMap((statement) => [valueAt(statement, '/Principal/AWS') ?? []].flat())
    .filter((principal): principal is string => /^arn:[^:]+:iam::[^:]+:role\/[^*?$]+$/.test(String(principal)))
  const [role] = roles
  if (role === undefined) return []
  const does = `assume the role with the credentials of ${role}, which its trust policy lets in, and not with the token (role chaining; in aws-actions/configure-aws-credentials: role-chaining: true)`
  return [changedCall('chain-roles', does, [{ op: 'replace', path: '/principal', value: role }], denial)]
}

/**
 * `aws s3 cp` between buckets copies the tags of an object that it copies in parts, unless it is told not to.
 * https://docs.aws.amazon.com/cli/latest/reference/s3/cp.html (--copy-props)
 */
function withoutObjectTags({ denial }: Diagnosed): readonly DraftInHand[] {
  const { operation } = denial
  if (operation !== 'GetObjectTagging' && operation !== 'PutObjectTagging') return []
  const does =
    'copy the object without its tags (--copy-props metadata-directive), if `aws s3 cp`, `mv` or `sync` made the call'
  return [changedCall('copy-without-tags', does, [], denial)]
}

const changedCall = (id: string, does: string, patch: readonly Operation[], denial: Diagnosed['denial']): DraftInHand =>
  draftedFix(id, does, [callChanged(denial, { layer: 'resource-policy', kind: 'edit-request', patch, does })], denial)

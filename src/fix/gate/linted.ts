import { preparePolicy } from '#engine/prepare.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { PolicyPlace } from '#iam/resource.ts'
import { lintPolicy } from '#lint/lint-scenario.ts'
import type { ChangeInHand } from '../change.ts'
import { type Fields, writtenStatements } from './new-grants.ts'

/**
 * Returns why a statement that the change writes cannot work, by the project's own checks of policies (R-ADV-06, docs/lint.md);
 * undefined: no check says so of what is new in the policy. A statement with a word in capitals for what the evidence masks is not
 * checked before that is written in.
 */
export function whyUseless(change: ChangeInHand): string | undefined {
  // What was in force before comes back as it was.
  if (change.putsBack === true) return undefined
  const { written, replaced } = writtenStatements(change)
  const checked = written.filter((statement) => !PLACEHOLDER.test(JSON.stringify(statement)))
  const faults = checked.flatMap((statement) => faultsOf(statement, change))
  if (faults.length === 0) return undefined
  const known = new Set(replaced.flatMap((statement) => faultsOf(statement, change)))
  const fault = faults.find((text) => !known.has(text))
  return fault === undefined ? undefined : `the statement cannot work: ${fault}`
}

/** What the checks say against a statement of the changed policy. */
function faultsOf(statement: Fields, change: ChangeInHand): readonly string[] {
  const document = { Version: '2012-10-17', Statement: [statement] }
  const kind = change.editedDocument?.location.kind
  const policy = preparePolicy({ name: change.policy, document }, placeOf(change, statement))
  return lintPolicy(policy, kind)
    .filter(({ severity, id }) => severity === 'error' || NEVER_MATCHES.has(id))
    .map(({ message }) => message)
}

/** `ACCOUNT_ID`, `REGION`, `CALLER` */
const PLACEHOLDER = /(?<![A-Za-z0-9])[A-Z]{2,}(?:_[A-Z]{2,})+|[:/](?:REGION|CALLER|SERVICE)[:./"]/

/** Warnings of statements that allow nothing. */
const NEVER_MATCHES: ReadonlySet<string> = new Set(['action-needs-any-resource'])

const PLACES: Readonly<Record<PolicyLayer, PolicyPlace>> = {
  'identity-policy': 'identity',
  'resource-policy': 'resource',
  'permissions-boundary': 'boundary',
  'session-policy': 'session',
  'service-control-policy': 'scp',
  'resource-control-policy': 'rcp',
  'vpc-endpoint-policy': 'vpce',
  'service-guard': 'resource',
}

/** Of a draft nobody knows the kind of the policy: only a trust policy has actions of STS. */
function placeOf({ layer, editedDocument }: ChangeInHand, statement: Fields): PolicyPlace {
  const actions = [statement['Action']].flat()
  const isOfTokens = actions.every((action) => typeof action === 'string' && action.toLowerCase().startsWith('sts:'))
  const kind = editedDocument?.location.kind ?? (isOfTokens ? 'trust' : undefined)
  return layer === 'resource-policy' && kind === 'trust' ? 'trust' : PLACES[layer]
}

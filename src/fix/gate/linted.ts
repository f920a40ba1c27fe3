import { preparePolicy } from '#engine/prepare.ts'
import type { Policy } from '#engine/scenario.ts'
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
  const { editedDocument } = change
  if (editedDocument?.location.kind === 'trust' && editedDocument.location.isUnread !== true)
    return whyTrustUseless(change)
  const { written, replaced } = writtenStatements(change)
  const checked = written.filter((statement) => !PLACEHOLDER.test(JSON.stringify(statement)))
  const faults = checked.flatMap((statement) => faultsOf(statement, change))
  if (faults.length === 0) return undefined
  const known = new Set(replaced.flatMap((statement) => faultsOf(statement, change)))
  const fault = faults.find((text) => !known.has(text))
  return fault === undefined ? undefined : `the statement cannot work: ${fault}`
}

/** Statements of a trust policy work together: a service that tags its sessions needs all of its actions, in whichever statement. */
function whyTrustUseless(change: ChangeInHand): string | undefined {
  const { before, after } = change.editedDocument ?? {}
  if (PLACEHOLDER.test(JSON.stringify(after))) return undefined
  const known = new Set(faultsOfDocument(before, change, 'trust'))
  const fault = faultsOfDocument(after, change, 'trust').find((text) => !known.has(text))
  return fault === undefined ? undefined : `the statement cannot work: ${fault}`
}

/** What the checks say against a statement of the changed policy. */
function faultsOf(statement: Fields, change: ChangeInHand): readonly string[] {
  return faultsOfDocument({ Version: '2012-10-17', Statement: [statement] }, change, placeOf(change, statement))
}

function faultsOfDocument(document: unknown, change: ChangeInHand, place: PolicyPlace): readonly string[] {
  const policy = preparePolicy({ name: change.policy, document: document as Policy['document'] }, place)
  return lintPolicy(policy, change.editedDocument?.location.kind)
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

import { preparePolicy } from '#engine/prepare.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { PolicyPlace } from '#iam/resource.ts'
import { lintPolicy } from '#lint/lint-scenario.ts'
import type { ChangeInHand } from '../change.ts'
import { addedAllows } from './new-grants.ts'

/**
 * Returns why a new statement of the change cannot work, by the project's own checks of policies (R-ADV-06, docs/lint.md); undefined:
 * no check says so. A statement with a word in capitals for what the evidence masks is not checked before that is written in.
 */
export function whyUseless(change: ChangeInHand): string | undefined {
  const statements = addedAllows(change).filter((statement) => !PLACEHOLDER.test(JSON.stringify(statement)))
  if (statements.length === 0) return undefined
  const document = { Version: '2012-10-17', Statement: statements }
  const kind = change.editedDocument?.location.kind
  const policy = preparePolicy({ name: change.policy, document }, placeOf(change, statements))
  const found = lintPolicy(policy, kind).find(({ severity, id }) => severity === 'error' || NEVER_MATCHES.has(id))
  return found === undefined ? undefined : `the statement cannot work: ${found.message}`
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

/** Statements of a trust policy have no resource. */
function placeOf({ layer, editedDocument }: ChangeInHand, statements: readonly Fields[]): PolicyPlace {
  const isTrust =
    editedDocument?.location.kind === 'trust' ||
    (layer === 'resource-policy' && statements.every((statement) => statement['Resource'] === undefined))
  return isTrust ? 'trust' : PLACES[layer]
}

type Fields = Readonly<Record<string, unknown>>

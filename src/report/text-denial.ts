import { noDenialTitle } from '#answer/no-denial-title.ts'
import type { Denial, DenialKind } from '#intake/denial.ts'
import { layerName } from '#iam/layers.ts'
import { block, type Page } from './page.ts'

const TITLES: Readonly<Record<Exclude<DenialKind, 'other'>, string>> = {
  'aws-access-denied': 'Denied by AWS',
  'aws-authentication': 'Not a denial: AWS did not accept the credentials or the signature',
  'gcp-permission-denied': 'Denied by Google Cloud',
  cors: 'Refused by the browser (CORS)',
}

/** Every denial that was read. */
export const denialsText = (denials: readonly Denial[], page: Page): string =>
  `${denials.map((denial) => denialLines(denial, page).join('\n')).join('\n\n')}\n`

/** The text of a denial as the evidence has it, field by field; what it does not say is left out. */
export function denialLines(denial: Denial, page: Page): string[] {
  const { reported, context } = denial
  const said = reported.layer === null ? null : `${reported.denyType ?? ''} deny by the ${layerName(reported.layer)}`
  const keys = Object.entries(context).map(([key, value]) => `${key}=${value === null ? '(absent)' : String(value)}`)
  const rows: readonly (readonly [string, string | null])[] = [
    ['code', denial.code],
    ['operation', denial.operation],
    ['action', denial.action],
    ['resource', denial.resource ?? denial.resourceText ?? null],
    [
      'candidates',
      denial.candidates.map(({ action, resource }) => `${action} on ${resource ?? '?'}`).join(', ') || null,
    ],
    ['principal', denial.principal],
    ['role', denial.roleArn],
    ['through', denial.details?.['delegation'] ?? null],
    ['refused by', refusedBy(denial)],
    ['AWS names', reported.policyArn === null || said === null ? said : `${said}, ${reported.policyArn}`],
    ['time', denial.time],
    ['request id', denial.requestId],
    ['event id', denial.eventId],
    ['context', keys.length === 0 ? null : keys.join(', ')],
    ['note', denial.notes.map(({ text }) => text).join(' ') || null],
  ]
  return [
    denial.kind === 'other' ? noDenialTitle(denial) : TITLES[denial.kind],
    ...rows.flatMap(([name, value]) => (value === null ? [] : block(page, `  ${name}`, 14, value.trim()))),
  ]
}

/** Of Google Cloud: what refused, where the evidence says that it is no grant that is missing. */
function refusedBy({ details }: Denial): string | null {
  const kind = GOOGLE_POLICIES[details?.['policyKind'] ?? '']
  if (kind === undefined) return null
  const [id, why] = [details?.['perimeterId'], details?.['violation']]
  return [kind, ...(why == null ? [] : [why]), ...(id == null ? [] : [`id ${id}`])].join(', ')
}

const GOOGLE_POLICIES: Readonly<Record<string, string>> = {
  'vpc-service-controls': 'VPC Service Controls: a role does not open a perimeter',
  'organization-policy': 'a constraint of the organization: no role helps',
  'deny-policy': 'a deny policy: no role helps',
}

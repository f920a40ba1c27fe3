import type { Finding } from './finding.ts'

type Fields = Readonly<Record<string, unknown>>

/** More are read one by one. */
const MAX_ENTRIES = 1000

/**
 * The entries of Cloud Audit Logs in a text that is JSON, one or a list, which refuse something: a permission that is not
 * granted, or a service perimeter. `granted` is left out where it is false.
 * https://docs.cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
export function readAuditLog(text: string): readonly Finding[] {
  if (!/^\s{0,200}[[{]/.test(text.slice(0, 201)) || !text.includes('"protoPayload"')) return []
  try {
    const value: unknown = JSON.parse(text)
    return (Array.isArray(value) ? value : [value]).slice(0, MAX_ENTRIES).flatMap((one) => findingOf(one, text.length))
  } catch {
    return []
  }
}

const objectIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
const listIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(objectIn) : [])
const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

function findingOf(entry: unknown, to: number): readonly Finding[] {
  const payload = objectIn(objectIn(entry)['protoPayload'])
  const caller = objectIn(payload['authenticationInfo'])
  const status = objectIn(payload['status'])
  const refused = listIn(payload['authorizationInfo']).find(({ granted }) => granted !== true)
  const metadata = objectIn(payload['metadata'])
  const violation = violationOf(metadata)
  // 7 is PERMISSION_DENIED; of a dry run nothing was refused.
  if (status['code'] !== 7 || metadata['dryRun'] === true || (refused === undefined && violation === undefined))
    return []
  const delegation = listIn(caller['serviceAccountDelegationInfo']).flatMap(
    (one) => textIn(objectIn(one['firstPartyPrincipal'])['principalEmail']) ?? textIn(one['principalSubject']) ?? [],
  )
  return [
    {
      kind: 'gcp-permission-denied',
      reader: 'gcp',
      from: 0,
      to,
      code: 'PERMISSION_DENIED',
      principal: textIn(caller['principalEmail']) ?? textIn(caller['principalSubject']),
      action: violation === undefined ? textIn(refused?.['permission']) : null,
      resource: textIn(refused?.['resource']) ?? textIn(payload['resourceName']),
      details: {
        policyKind: violation === undefined ? null : 'vpc-service-controls',
        ...violation,
        ...(delegation.length === 0 ? {} : { delegation: delegation.join(', ') }),
      },
    },
  ]
}

/** Violation of a service perimeter: why, and the id that the error message has too. */
function violationOf(metadata: Fields): Readonly<Record<string, string>> | undefined {
  const violation = textIn(metadata['violationReason'])
  const perimeterId = textIn(metadata['vpcServiceControlsUniqueId'])
  if (violation === null && perimeterId === null) return undefined
  return { ...(violation === null ? {} : { violation }), ...(perimeterId === null ? {} : { perimeterId }) }
}

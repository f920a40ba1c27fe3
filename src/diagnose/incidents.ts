import { parseArn } from '#iam/arn.ts'
import type { Denial } from '#intake/denial.ts'

/** Refusals of one kind: the same role refused the same action for the same reason, on things that lie beside each other. */
export interface Incident {
  /** The first of them stands for all. */
  readonly denial: Denial
  readonly count: number
  readonly first: string | null
  readonly last: string | null
  /** Resources of its denials, each once; that of the first denial in front. */
  readonly resources: readonly string[]
}

/**
 * The incidents of a log, first to last. For answers that rest on the message alone, where the resource's name settles nothing:
 * what is no refusal by IAM, or comes from a record, is left as it is, as is one whose answer rests on policies.
 */
export function incidentsOf(
  denials: readonly Denial[],
  restsOnMessage: (denial: Denial) => boolean = () => true,
): readonly Incident[] {
  const groups = new Map<string, Denial[]>()
  denials.forEach((denial, i) => {
    const key = (restsOnMessage(denial) ? keyOf(denial) : undefined) ?? `${i}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [denial])
    else group.push(denial)
  })
  return [...groups.values()].flatMap((all): Incident[] => {
    const [denial] = all
    if (denial === undefined) return []
    const times = all.flatMap(({ time }) => time ?? []).toSorted()
    const resources = [...new Set(all.flatMap(({ resource, resourceText }) => resource ?? resourceText ?? []))]
    return [{ denial, count: all.length, first: times[0] ?? null, last: times.at(-1) ?? null, resources }]
  })
}

function keyOf(denial: Denial): string | undefined {
  const { kind, evidence, code, eventSource, operation, principal, roleArn, action, candidates, reported } = denial
  if (kind !== 'aws-access-denied' || evidence.span === null || denial.encodedMessage !== null) return undefined
  const family = familyOf(denial.resource ?? denial.resourceText ?? '')
  const { policyArn, layer, denyType } = reported
  const actions = candidates.map((candidate) => candidate.action).join(' ')
  return [code, eventSource, operation, roleArn ?? principal, action, actions, layer, denyType, policyArn, family].join(
    '\n',
  )
}

/** The bucket of an object; of others the ARN without the name at its end. */
function familyOf(resource: string): string {
  const arn = parseArn(resource)
  if (arn === undefined) return resource
  const { service, region, account, resource: path } = arn
  const name =
    service === 's3'
      ? (path.split('/')[0] ?? '')
      : path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')))
  return [service, region, account, name, service === 's3' ? path.includes('/') : ''].join(':')
}

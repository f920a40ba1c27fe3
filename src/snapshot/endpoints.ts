import type { ResourcePolicy } from '#engine/scenario.ts'
import { documentAt, policyOf } from './document.ts'
import { field, isObject, keyOf, textField } from './fields.ts'
import { memberAt, membersAt } from '#iam/json-scan.ts'
import type { JsonSource } from './json-source.ts'
import { accountFilesOf, perSnapshot, type Snapshot, soundFileOf } from './snapshot.ts'

/** A VPC endpoint as describe-vpc-endpoints prints it. */
export interface Endpoint {
  readonly vpc: string | undefined
  readonly owner: string | undefined
  /** `null`: its type takes no policy. Undefined: the entry has none, so it is not known. */
  readonly policy: ResourcePolicy | null | undefined
  readonly file: string
}

/** Looked up in every account: an endpoint may belong to another account than its caller (R-VPCE-03). */
export const endpointOf = perSnapshot((snapshot, id): Endpoint | undefined => {
  for (const account of accountFilesOf(snapshot).keys()) {
    const file = `accounts/${account}/vpc-endpoints.json`
    if (snapshot.files.get(file)?.includes(id) !== true) continue
    const source = soundFileOf(snapshot, file)
    if (source === undefined || source === 'unreadable') continue
    const found = endpointIn(snapshot, source, id)
    if (found !== undefined) return found
  }
  return undefined
})

function endpointIn(snapshot: Snapshot, source: JsonSource, id: string): Endpoint | undefined {
  const key = isObject(source.value) ? keyOf(source.value, 'VpcEndpoints') : undefined
  const list: unknown = key === undefined ? source.value : field(source.value, key)
  const at = key === undefined ? source.start : memberAt(source.text, source.start, key)?.start
  if (!Array.isArray(list) || at === undefined) {
    snapshot.report(source.file, 'it has no list `VpcEndpoints`')
    return undefined
  }
  const index = list.findIndex((entry) => textField(entry, 'VpcEndpointId') === id)
  const entry: unknown = list[index]
  const place = membersAt(source.text, at)[index]
  if (index < 0 || place === undefined) return undefined
  return {
    vpc: textField(entry, 'VpcId'),
    owner: textField(entry, 'OwnerId'),
    policy: policyIn(snapshot, source, entry, place.start, id),
    file: source.file,
  }
}

/** Only these types have a policy (VPC guide, "Control access to VPC endpoints using endpoint policies"). */
const WITH_POLICY = ['Interface', 'Gateway']

function policyIn(
  snapshot: Snapshot,
  source: JsonSource,
  entry: unknown,
  at: number,
  id: string,
): ResourcePolicy | null | undefined {
  const type = textField(entry, 'VpcEndpointType')
  const key = isObject(entry) ? keyOf(entry, 'PolicyDocument') : undefined
  const place = key === undefined ? undefined : memberAt(source.text, at, key)
  if (key === undefined || place === undefined)
    return type !== undefined && !WITH_POLICY.includes(type) ? null : undefined
  const located = documentAt(source, place.start, field(entry, key))
  if (located.problem !== undefined) snapshot.report(source.file, located.problem)
  const policy = policyOf(`policy of ${id}`, undefined, located)
  return type === undefined ? policy : { ...policy, kind: type.toLowerCase() }
}

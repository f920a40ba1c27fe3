import type { Policy, PolicyLayer } from '#http/wire.ts'

/** A policy that was given beside the error, and where it stands. */
export interface GivenPolicy {
  readonly name: string
  /** The document as its owner wrote it. */
  readonly text: string
  readonly layer: PolicyLayer
}

/** The layers a policy can be given for. */
export const GIVEN_LAYERS: readonly PolicyLayer[] = [
  'identity-policy',
  'resource-policy',
  'service-control-policy',
  'resource-control-policy',
  'permissions-boundary',
  'session-policy',
  'vpc-endpoint-policy',
]

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Content of a file: a policy in a form that AWS prints, or a scenario; undefined: neither. */
export function readGiven(fileName: string, text: string): GivenPolicy | 'scenario' | undefined {
  const name = fileName.replace(/\.[a-z0-9]{1,8}$/i, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // YAML: the service reads it, and says what is wrong with it.
    return /^\s{0,40}(?:request|policies)\s{0,4}:/m.test(text) ? 'scenario' : undefined
  }
  if (!isObject(value)) return undefined
  if (isObject(value['policies']) || isObject(value['request'])) return 'scenario'
  return policyIn(value, name, text)
}

/** A document, or one of the answers of AWS's commands around it. */
function policyIn(value: Json, name: string, text: string): GivenPolicy | undefined {
  if ('Statement' in value) return { name, text, layer: /scp/i.test(name) ? 'service-control-policy' : layerOf(value) }
  const version = value['PolicyVersion']
  const role = value['Role']
  const policy = value['Policy']
  const summary = isObject(policy) && isObject(policy['PolicySummary']) ? policy['PolicySummary'] : undefined
  const found: unknown =
    value['PolicyDocument'] ??
    (isObject(version) ? version['Document'] : undefined) ??
    (isObject(role) ? role['AssumeRolePolicyDocument'] : undefined) ??
    (isObject(policy) ? policy['Content'] : policy)
  const document =
    typeof found === 'string' ? textIn(found) : isObject(found) ? JSON.stringify(found, null, 2) : undefined
  if (document === undefined) return undefined
  const parsed: unknown = JSON.parse(document)
  if (!isObject(parsed) || !('Statement' in parsed)) return undefined
  const named = value['PolicyName'] ?? summary?.['Name']
  const isRcp = summary?.['Type'] === 'RESOURCE_CONTROL_POLICY'
  return {
    name: typeof named === 'string' ? named : name,
    text: document,
    layer: summary === undefined ? layerOf(parsed) : isRcp ? 'resource-control-policy' : 'service-control-policy',
  }
}

/** JSON as text, percent-encoded or not. */
function textIn(text: string): string | undefined {
  try {
    const plain = text.trimStart().startsWith('%') ? decodeURIComponent(text) : text
    JSON.parse(plain)
    return plain
  } catch {
    return undefined
  }
}

/** Who has a Principal is the policy of a resource. */
function layerOf(document: Json): PolicyLayer {
  const statements = [document['Statement']].flat()
  return statements.some((one) => isObject(one) && ('Principal' in one || 'NotPrincipal' in one))
    ? 'resource-policy'
    : 'identity-policy'
}

const FIELDS = {
  'identity-policy': 'identityPolicies',
  'session-policy': 'sessionPolicies',
  'resource-policy': 'resourcePolicy',
  'permissions-boundary': 'permissionsBoundary',
  'vpc-endpoint-policy': 'vpcEndpointPolicy',
  'service-control-policy': 'serviceControlPolicies',
  'resource-control-policy': 'resourceControlPolicies',
} as const

/** The scenario in which the given policies are known, and nothing else is. */
export function scenarioOf(given: readonly GivenPolicy[]): { readonly policies: Json } {
  const policies: Record<string, unknown> = {}
  for (const { layer, name, text } of given) {
    if (layer === 'service-guard') continue
    const field = FIELDS[layer]
    const policy: Policy = { name, document: text }
    const before = policies[field]
    if (layer === 'identity-policy' || layer === 'session-policy')
      policies[field] = [...((before as Policy[] | undefined) ?? []), policy]
    else if (layer === 'service-control-policy' || layer === 'resource-control-policy')
      policies[field] = [
        ...((before as unknown[] | undefined) ?? []),
        { target: `level of ${name}`, policies: [policy] },
      ]
    else policies[field] = policy
  }
  return { policies }
}

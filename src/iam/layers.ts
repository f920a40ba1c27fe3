/** The layers of policies that AWS evaluates, in the order in which they are listed everywhere (docs/json.md, "Words"). */
export const POLICY_LAYERS = [
  'resource-control-policy',
  'service-control-policy',
  'vpc-endpoint-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
  'service-guard',
] as const

/** One layer; `service-guard` is what a service asks besides its policies: Block Public Access, ACLs, grants, fixed rules. */
export type PolicyLayer = (typeof POLICY_LAYERS)[number]

/** What a text calls each layer: AWS's words, in lower case, save the letters of VPC. */
const NAMES: Readonly<Record<PolicyLayer, string>> = {
  'resource-control-policy': 'resource control policy',
  'service-control-policy': 'service control policy',
  'vpc-endpoint-policy': 'VPC endpoint policy',
  'resource-policy': 'resource policy',
  'identity-policy': 'identity policy',
  'permissions-boundary': 'permissions boundary',
  'session-policy': 'session policy',
  'service-guard': 'service guard',
}

/** The name of a layer in a text. */
export const layerName = (layer: PolicyLayer): string => NAMES[layer]

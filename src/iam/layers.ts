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

/** Policy layer; `service-guard` is what a service asks besides its policies: Block Public Access, ACLs, grants, fixed rules. */
export type PolicyLayer = (typeof POLICY_LAYERS)[number]

/**
 * Guards of the layer `service-guard`, by name. `grants`: it allows, as a policy of the resource does; else it only
 * refuses. `reportedAs`: the layer that AWS's message names (R-MSG-10). A guard without a row does not compile.
 */
export const GUARDS = {
  'block-public-access': { grants: false, reportedAs: 'resource-policy' },
  acl: { grants: true, reportedAs: 'resource-policy' },
  'kms-grant': { grants: true, reportedAs: 'service-guard' },
  'hard-rule': { grants: false, reportedAs: 'service-guard' },
} as const satisfies Readonly<Record<string, { readonly grants: boolean; readonly reportedAs: PolicyLayer }>>

/** The guard of a finding on the layer `service-guard`. */
export type Guard = keyof typeof GUARDS

/** Whether a finding is of a guard that allows: an ACL or a grant. */
export const isGrantingGuard = (guard: Guard | undefined): boolean => guard !== undefined && GUARDS[guard].grants

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

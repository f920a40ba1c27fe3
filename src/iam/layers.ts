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

/** What a text calls each layer: AWS's words, in lower case, save the letters of VPC; `label`: where there is little room. */
const NAMES: Readonly<Record<PolicyLayer, { readonly name: string; readonly label: string }>> = {
  'resource-control-policy': { name: 'resource control policy', label: 'RCP' },
  'service-control-policy': { name: 'service control policy', label: 'SCP' },
  'vpc-endpoint-policy': { name: 'VPC endpoint policy', label: 'VPC endpoint' },
  'resource-policy': { name: 'resource policy', label: 'Resource policy' },
  'identity-policy': { name: 'identity policy', label: 'Identity policy' },
  'permissions-boundary': { name: 'permissions boundary', label: 'Boundary' },
  'session-policy': { name: 'session policy', label: 'Session policy' },
  'service-guard': { name: 'service guard', label: 'Service settings' },
}

/** The name of a layer in a text. */
export const layerName = (layer: PolicyLayer): string => NAMES[layer].name

/** The name of a layer in a drawing. */
export const layerLabel = (layer: PolicyLayer): string => NAMES[layer].label

/** Whether a text is the code of a layer. */
export const isPolicyLayer = (text: string): text is PolicyLayer => Object.hasOwn(NAMES, text)

import type { ReportedLayer } from '#intake/denial.ts'
import type { Row } from './refusal.ts'
import { isoTime } from './iso-time.ts'
import type { PolicyChange } from './spike.ts'

/** A successful event that changed a policy. */
export interface ChangeEvent {
  /** Milliseconds. */
  readonly time: number
  readonly eventId: string | null
  /** IAM action. */
  readonly action: string
  readonly by: string | null
  readonly target: string | null
  readonly account: string | null
}

/** What changes which layer; an action of AWS's that is not here changes none. */
const CHANGES: readonly (readonly [layer: ReportedLayer, actions: readonly string[]])[] = [
  [
    'service-control-policy',
    [
      'organizations:AttachPolicy',
      'organizations:UpdatePolicy',
      'organizations:DetachPolicy',
      'organizations:MoveAccount',
    ],
  ],
  [
    'resource-control-policy',
    [
      'organizations:AttachPolicy',
      'organizations:UpdatePolicy',
      'organizations:DetachPolicy',
      'organizations:MoveAccount',
    ],
  ],
  ['vpc-endpoint-policy', ['ec2:CreateVpcEndpoint', 'ec2:ModifyVpcEndpoint']],
  [
    'permissions-boundary',
    [
      'iam:PutRolePermissionsBoundary',
      'iam:PutUserPermissionsBoundary',
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
    ],
  ],
  [
    'identity-policy',
    [
      'iam:AttachGroupPolicy',
      'iam:AttachRolePolicy',
      'iam:AttachUserPolicy',
      'iam:CreatePolicyVersion',
      'iam:DeleteGroupPolicy',
      'iam:DeleteRolePolicy',
      'iam:DeleteUserPolicy',
      'iam:DetachGroupPolicy',
      'iam:DetachRolePolicy',
      'iam:DetachUserPolicy',
      'iam:PutGroupPolicy',
      'iam:PutRolePolicy',
      'iam:PutUserPolicy',
      'iam:RemoveUserFromGroup',
      'iam:SetDefaultPolicyVersion',
    ],
  ],
]

/** Policies of resources: any service's action that puts, sets or deletes one. */
function isResourceChange(action: string): boolean {
  const name = action.slice(action.indexOf(':') + 1)
  if (action.startsWith('organizations:')) return false
  if (action.startsWith('iam:')) return name === 'UpdateAssumeRolePolicy'
  return (
    /^(?:Put|Set|Delete|Update|Remove|Add)\w{0,40}(?:Policy|Permission|PublicAccessBlock|Attributes)$/.test(name) ||
    name === 'RetireGrant' ||
    name === 'RevokeGrant'
  )
}

/** Whether the action may have changed what a layer says; of a layer that is not known, any. */
export function changesLayer(action: string, layer: ReportedLayer | null): boolean {
  const ofLayer = CHANGES.some(([name, actions]) => (layer === null || name === layer) && actions.includes(action))
  const isResource = layer === null || layer === 'resource-policy' || layer === 'service-guard'
  return ofLayer || (isResource && isResourceChange(action))
}

export const isPolicyChange = (action: string): boolean => changesLayer(action, null)

/** Changes take seconds to minutes to hold everywhere, and the first call that they refuse may come later. */
const BEFORE_MS = 60 * 60_000

/** The last change before the first denial that may have caused it: of the policy itself if it is named, else of its layer. */
export function changeBefore(
  rows: readonly Row[],
  layer: ReportedLayer | null,
  policyArn: string | null,
  changes: readonly ChangeEvent[],
): PolicyChange | null {
  const first = rows.reduce((least, row) => Math.min(least, row.first), Number.POSITIVE_INFINITY)
  let best: ChangeEvent | undefined
  let bestFits = 0
  for (const change of changes) {
    if (change.time > first || first - change.time > BEFORE_MS || !changesLayer(change.action, layer)) continue
    const fits = fitOf(change, rows, policyArn)
    if (fits > bestFits || (fits === bestFits && fits > 0 && change.time > (best?.time ?? 0))) {
      best = change
      bestFits = fits
    }
  }
  if (best === undefined) return null
  const { time, eventId, action, by, target } = best
  return { time: isoTime(time), eventId, action, by, target }
}

/** 3: the policy that refuses; 2: the principal or resource that is refused; 1: may be; 0: surely of somebody else. */
function fitOf({ target, account, action }: ChangeEvent, rows: readonly Row[], policyArn: string | null): number {
  if (target !== null && policyArn !== null && (target === policyArn || policyArn.endsWith(`/${target}`))) return 3
  if (target !== null && rows.some((row) => row.principal === target || row.resourceFamily.startsWith(target))) return 2
  if (action.startsWith('organizations:')) return 1
  // Of one role or one bucket that is none of these: another's.
  if (target !== null && /:(?:role|user|group)\//.test(target)) return 0
  return account === null || rows.some((row) => row.account === account) ? 1 : 0
}

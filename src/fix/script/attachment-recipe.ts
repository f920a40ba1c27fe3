import { jmesText } from '#quote/shell.ts'
import { policyIdOf } from '../aws-cli.ts'
import { holderNameOf } from '../attachment-words.ts'
import { groupOf, type PolicyLocation } from '../policy-location.ts'
import { aws, type Line } from './call.ts'
import type { Recipe } from './recipe.ts'

interface Pair {
  readonly read: Line
  /** What `read` answers while it is attached. */
  readonly value: string
  readonly attach: Line
  readonly detach: Line
}

/** How a policy is attached, or taken from what it is attached to; undefined: no command does it. */
export function attachmentRecipe(location: PolicyLocation): Recipe | undefined {
  const pair = pairOf(location)
  if (pair === undefined) return undefined
  const { read, value, attach, detach } = pair
  const isBack = location.attachment === 'attach'
  return {
    read: [read],
    put: [isBack ? attach : detach],
    undo: [isBack ? detach : attach],
    before: isBack ? null : value,
    after: isBack ? value : null,
    isValue: true,
  }
}

function pairOf(location: PolicyLocation): Pair | undefined {
  const { layer, group } = location
  if (group !== undefined) return membership(location.on, group)
  switch (layer) {
    case 'identity-policy':
      return location.arn === undefined ? inline(location) : managed(location, location.arn)
    case 'permissions-boundary':
      return location.arn === undefined ? undefined : boundary(location.on, location.arn)
    case 'service-control-policy':
    case 'resource-control-policy':
      return control(location)
    default:
      return undefined
  }
}

function managed({ on, name }: PolicyLocation, arn: string): Pair {
  const group = groupOf(name)
  const [kind, holder] = group === undefined ? holderNameOf(on) : (['group', group] as const)
  const of = { [`--${kind}-name`]: holder }
  const query = `AttachedPolicies[?PolicyArn==${jmesText(arn)}].PolicyArn | [0]`
  return {
    read: aws(`iam list-attached-${kind}-policies`, { ...of, '--query': query }),
    value: arn,
    attach: aws(`iam attach-${kind}-policy`, { ...of, '--policy-arn': arn }),
    detach: aws(`iam detach-${kind}-policy`, { ...of, '--policy-arn': arn }),
  }
}

function inline({ on, name, document }: PolicyLocation): Pair {
  const [kind, holder] = holderNameOf(on)
  const of = { [`--${kind}-name`]: holder, '--policy-name': name }
  return {
    read: aws(`iam list-${kind}-policies`, {
      [`--${kind}-name`]: holder,
      '--query': `PolicyNames[?@==${jmesText(name)}] | [0]`,
    }),
    value: name,
    attach: aws(`iam put-${kind}-policy`, { ...of, '--policy-document': JSON.stringify(document) }),
    detach: aws(`iam delete-${kind}-policy`, of),
  }
}

function membership(on: string, group: string): Pair {
  const of = { '--user-name': holderNameOf(on)[1], '--group-name': group }
  return {
    read: aws('iam list-groups-for-user', {
      '--user-name': of['--user-name'],
      '--query': `Groups[?GroupName==${jmesText(group)}].GroupName | [0]`,
    }),
    value: group,
    attach: aws('iam add-user-to-group', of),
    detach: aws('iam remove-user-from-group', of),
  }
}

function boundary(on: string, arn: string): Pair {
  const [kind, holder] = holderNameOf(on)
  const of = { [`--${kind}-name`]: holder }
  return {
    read: aws(`iam get-${kind}`, {
      ...of,
      '--query': `${kind === 'user' ? 'User' : 'Role'}.PermissionsBoundary.PermissionsBoundaryArn`,
    }),
    value: arn,
    attach: aws(`iam put-${kind}-permissions-boundary`, { ...of, '--permissions-boundary': arn }),
    detach: aws(`iam delete-${kind}-permissions-boundary`, of),
  }
}

function control(location: PolicyLocation): Pair {
  const of = { '--policy-id': policyIdOf(location), '--target-id': location.where ?? location.on }
  return {
    read: aws('organizations list-policies-for-target', {
      '--target-id': of['--target-id'],
      '--filter': location.layer === 'service-control-policy' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY',
      '--query': `Policies[?Id==${jmesText(of['--policy-id'])}].Id | [0]`,
    }),
    value: of['--policy-id'],
    attach: aws('organizations attach-policy', of),
    detach: aws('organizations detach-policy', of),
  }
}

import { parseArn } from '#iam/arn.ts'
import type { EditedDocument } from './edited-document.ts'
import { policyIdOf } from './aws-cli.ts'
import { hclText } from '#quote/hcl.ts'
import { hcl } from './hcl/render.ts'
import { permissionResources } from './lambda-permission.ts'
import { isIdentityCenter } from './owner.ts'
import type { PolicyLocation } from './policy-location.ts'
import { labelFrom } from './terraform-label.ts'

/**
 * A resource block of the AWS provider with the whole new document; it is to be merged into the block that stands in the
 * user's own code. https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
export function terraformOf({ location, before, after }: EditedDocument, own: OwnNames = {}): string | undefined {
  if (location.layer === 'resource-policy' && location.kind === 'function') return permissionResources(before, after)
  const block = blockOf(location)
  if (block === undefined) return undefined
  const { type, holds } = block
  const fields = { ...block.fields, ...own.fields }
  const width = Math.max(...[...Object.keys(fields), holds].map((name) => name.length))
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(width)} = ${value}`)
  const label = own.label ?? labelOf(location)
  return [
    ...(location.document === null && isIdentityCenter(location) ? [ONE_INLINE] : []),
    `resource "${type}" "${label}" {`,
    ...lines,
    `  ${holds.padEnd(width)} = jsonencode(${hcl(after, '  ')})`,
    '}',
    ...(location.document === null ? attachment(location, label) : []),
  ].join('\n')
}

const ONE_INLINE = '# A permission set has one inline policy: where yours has one, add the statement to it.'

/** A new policy that stands by itself allows nothing until it is attached. */
function attachment({ layer, on, arn, where }: PolicyLocation, label: string): readonly string[] {
  if (layer === 'identity-policy' && arn !== undefined) {
    const kind = on.includes(':user/') ? 'user' : 'role'
    return [
      '',
      `resource "aws_iam_${kind}_policy_attachment" "${label}" {`,
      `  ${kind}       = ${hclText(on.slice(on.lastIndexOf('/') + 1))}`,
      `  policy_arn = aws_iam_policy.${label}.arn`,
      '}',
    ]
  }
  if (layer !== 'service-control-policy') return []
  return [
    '',
    `resource "aws_organizations_policy_attachment" "${label}" {`,
    `  policy_id = aws_organizations_policy.${label}.id`,
    `  target_id = ${hclText(where ?? on)}`,
    '}',
  ]
}

/** The names and references of a block where it is put among the user's own. */
export interface OwnNames {
  readonly label?: string
  readonly fields?: Readonly<Record<string, string>>
}

interface Block {
  readonly type: string
  readonly fields: Readonly<Record<string, string>>
  /** The argument that takes the document. */
  readonly holds: string
}

const block = (type: string, fields: Readonly<Record<string, string>>, holds = 'policy'): Block => ({
  type,
  fields,
  holds,
})

export function blockOf(location: PolicyLocation): Block | undefined {
  const name = location.on.slice(Math.max(location.on.lastIndexOf('/'), location.on.lastIndexOf(':')) + 1)
  switch (location.layer) {
    case 'identity-policy':
      if (isIdentityCenter(location))
        return block(
          'aws_ssoadmin_permission_set_inline_policy',
          { instance_arn: 'var.instance_arn', permission_set_arn: 'var.permission_set_arn' },
          'inline_policy',
        )
      if (location.arn !== undefined) return block('aws_iam_policy', { name: hclText(location.name) })
      if (location.name.includes(' (group ')) return undefined
      return location.on.includes(':user/')
        ? block('aws_iam_user_policy', { name: hclText(location.name), user: hclText(name) })
        : block('aws_iam_role_policy', { name: hclText(location.name), role: hclText(name) })
    case 'permissions-boundary':
      return block('aws_iam_policy', { name: hclText(location.name) })
    case 'service-control-policy':
      return block(
        'aws_organizations_policy',
        { name: hclText(location.name), type: hclText('SERVICE_CONTROL_POLICY') },
        'content',
      )
    case 'resource-control-policy':
      return block(
        'aws_organizations_policy',
        { name: hclText(location.name), type: hclText('RESOURCE_CONTROL_POLICY') },
        'content',
      )
    case 'vpc-endpoint-policy':
      return block('aws_vpc_endpoint_policy', { vpc_endpoint_id: hclText(location.where ?? location.on) })
    case 'resource-policy':
      return resourceBlock(location, name)
    default:
      return undefined
  }
}

function resourceBlock({ on, kind }: PolicyLocation, name: string): Block | undefined {
  switch (kind) {
    case 'trust':
      return block('aws_iam_role', { name: hclText(name) }, 'assume_role_policy')
    case 'bucket':
      return block('aws_s3_bucket_policy', { bucket: hclText(name) })
    case 'access-point':
      return block('aws_s3control_access_point_policy', { access_point_arn: hclText(on) })
    case 'key':
      return block('aws_kms_key_policy', { key_id: hclText(name) })
    case 'queue':
      return block('aws_sqs_queue_policy', { queue_url: `aws_sqs_queue.${labelFrom(name)}.url` })
    case 'topic':
      return block('aws_sns_topic_policy', { arn: hclText(on) })
    case 'secret':
      return block('aws_secretsmanager_secret_policy', { secret_arn: hclText(on) })
    case 'repository':
      if (parseArn(on)?.service !== 'ecr') return undefined
      return block('aws_ecr_repository_policy', {
        repository: hclText(on.slice(on.indexOf('repository/') + 'repository/'.length)),
      })
    case 'table':
      return block('aws_dynamodb_resource_policy', { resource_arn: hclText(on) })
    default:
      return undefined
  }
}

export const labelOf = (location: PolicyLocation): string =>
  location.layer === 'resource-policy'
    ? labelFrom(location.on.slice(Math.max(location.on.lastIndexOf('/'), location.on.lastIndexOf(':')) + 1))
    : labelFrom(
        location.layer.endsWith('control-policy')
          ? `${location.name} ${policyIdOf(location) === location.name ? '' : policyIdOf(location)}`
          : location.name,
      )

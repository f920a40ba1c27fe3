import { hostSuffix } from '#iam/arn.ts'
import { policyIdOf } from '../aws-cli.ts'
import { isIdentityCenter, permissionSetOf } from '../owner.ts'
import type { PolicyLocation } from '../policy-location.ts'
import { type In, isRepeated, type Module, nameParts, type Parts, partsOf, type Project } from './project.ts'
import { partsMatch } from './agree.ts'
import { attributeOf, type Block, type Expression } from './syntax.ts'

/** A block that may hold the policy, and how surely it is about the same user, role or resource. */
export interface Candidate {
  readonly module: Module
  readonly address: string
  readonly block: In<Block>
  /** The argument that holds the document. */
  readonly argument: In<Expression>
  /** `open`: what it is about is known only when Terraform runs. */
  readonly names: 'same' | 'open'
  readonly isRepeated: boolean
}

interface Kind {
  readonly type: string
  /** Block in the resource that holds the policy, and the name of what the resource itself makes. */
  readonly nested?: string
  readonly of?: string
  readonly holds: string
  /** Arguments that say what it is about; of each the texts it may have. None: nothing says it. */
  readonly about: Readonly<Record<string, readonly string[]>>
}

/** Every block that may hold the policy of the place, those left out that are surely about something else. */
export function candidatesFor(project: Project, location: PolicyLocation): readonly Candidate[] {
  const kinds = kindsOf(location)
  return project.modules.flatMap((module) =>
    [...module.blocks].flatMap(([address, block]) =>
      kinds
        .filter(({ type }) => address.startsWith(`${type}.`))
        .flatMap((kind) => candidatesIn(module, address, block, kind)),
    ),
  )
}

function candidatesIn(module: Module, address: string, block: In<Block>, kind: Kind): readonly Candidate[] {
  const holders =
    kind.nested === undefined
      ? [block.is]
      : block.is.blocks.filter(({ type }) => type === kind.nested || type === 'dynamic')
  return holders.flatMap((holder) => {
    const value = attributeOf(holder, kind.holds)?.value
    const names = namesOf(module, block.is, holder, kind)
    return value === undefined || names === 'other'
      ? []
      : [
          {
            module,
            address,
            block,
            argument: { file: block.file, is: value },
            names,
            isRepeated: isRepeated(block.is) || isRepeated(holder),
          },
        ]
  })
}

function namesOf(module: Module, block: Block, holder: Block, { about, of }: Kind): Candidate['names'] | 'other' {
  const found = Object.entries(about).map(([argument, texts]) => {
    const value = attributeOf(holder, argument)?.value
    return nameIs(value === undefined ? [null] : aboutParts(module, value), texts)
  })
  if (of !== undefined) found.push(nameIs(nameParts(module, block), [of]))
  if (found.includes('other')) return 'other'
  return found.length > 0 && found.every((match) => match === 'same') ? 'same' : 'open'
}

function nameIs(parts: Parts, texts: readonly string[]): Candidate['names'] | 'other' {
  if (parts.every((part) => part !== null)) return texts.includes(parts.join('')) ? 'same' : 'other'
  return texts.some((text) => partsMatch(parts, text)) ? 'open' : 'other'
}

/** Parts of the name in an argument; a reference to a block of the same folder names what that block makes. */
function aboutParts(module: Module, value: Expression): Parts {
  const [type = '', name = '', attribute = ''] = value.kind === 'reference' ? value.path : []
  const block = module.blocks.get(`${type}.${name}`)?.is
  const isWhole = ['id', 'arn', 'name', 'url', 'bucket', 'key_id', 'queue_url'].includes(attribute)
  return block !== undefined && isWhole ? nameParts(module, block) : partsOf(module, value)
}

const kind = (type: string, about: Kind['about'], holds = 'policy'): Kind => ({ type, about, holds })

const last = (text: string): string => text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1)

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs */
function kindsOf(location: PolicyLocation): readonly Kind[] {
  const { layer, name, on } = location
  switch (layer) {
    case 'identity-policy':
      return identityKinds(location)
    case 'permissions-boundary':
      return [kind('aws_iam_policy', { name: [name] })]
    case 'service-control-policy':
    case 'resource-control-policy':
      return [kind('aws_organizations_policy', { name: [name, policyIdOf(location)] }, 'content')]
    case 'vpc-endpoint-policy': {
      const endpoint = location.where ?? on
      return [kind('aws_vpc_endpoint_policy', { vpc_endpoint_id: [endpoint] }), kind('aws_vpc_endpoint', {})]
    }
    case 'resource-policy':
      return resourceKinds(location)
    default:
      return []
  }
}

function identityKinds(location: PolicyLocation): readonly Kind[] {
  const { name, on, arn } = location
  if (isIdentityCenter(location)) {
    const set = permissionSetOf(on)
    return [kind('aws_ssoadmin_permission_set_inline_policy', { permission_set_arn: [set] }, 'inline_policy')]
  }
  if (arn !== undefined) return [kind('aws_iam_policy', { name: [name] })]
  const group = name.endsWith(')') ? name.lastIndexOf(' (group ') : -1
  if (group >= 0)
    return [
      kind('aws_iam_group_policy', {
        name: [name.slice(0, group)],
        group: [name.slice(group + ' (group '.length, -1)],
      }),
    ]
  if (on.includes(':user/')) return [kind('aws_iam_user_policy', { name: [name], user: [last(on)] })]
  return [
    kind('aws_iam_role_policy', { name: [name], role: [last(on)] }),
    { ...kind('aws_iam_role', { name: [name] }), nested: 'inline_policy', of: last(on) },
  ]
}

function resourceKinds({ on, kind: of }: PolicyLocation): readonly Kind[] {
  const name = last(on)
  const texts = [on, name]
  switch (of) {
    case 'trust':
      return [kind('aws_iam_role', { name: [name] }, 'assume_role_policy')]
    case 'bucket':
      return [kind('aws_s3_bucket_policy', { bucket: texts }), kind('aws_s3_bucket', { bucket: [name] })]
    case 'access-point':
      return [
        kind('aws_s3control_access_point_policy', { access_point_arn: texts }),
        kind('aws_s3_access_point', { name: [name] }),
      ]
    case 'key':
      return [kind('aws_kms_key_policy', { key_id: texts }), kind('aws_kms_key', {})]
    case 'queue': {
      const [, partition = '', , region = '', account = ''] = on.split(':')
      const url = `https://sqs.${region}.${hostSuffix(partition)}/${account}/${name}`
      return [kind('aws_sqs_queue_policy', { queue_url: [name, url] }), kind('aws_sqs_queue', { name: [name] })]
    }
    case 'topic':
      return [kind('aws_sns_topic_policy', { arn: texts }), kind('aws_sns_topic', { name: [name] })]
    case 'secret': {
      // AWS puts six letters behind the name.
      const own = on.slice(on.indexOf(':secret:') + ':secret:'.length)
      const names = [on, own, own.slice(0, Math.max(0, own.length - '-AbCdEf'.length))]
      return [
        kind('aws_secretsmanager_secret_policy', { secret_arn: names }),
        kind('aws_secretsmanager_secret', { name: names }),
      ]
    }
    case 'repository':
      return [
        kind('aws_ecr_repository_policy', { repository: [on.slice(on.indexOf('repository/') + 'repository/'.length)] }),
      ]
    case 'table':
      return [kind('aws_dynamodb_resource_policy', { resource_arn: texts })]
    default:
      return []
  }
}

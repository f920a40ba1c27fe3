import { yamlKey, yamlOfJson, yamlScalar } from '#quote/yaml.ts'
import type { EditedDocument } from './edited-document.ts'
import { isIdentityCenter } from './owner.ts'
import type { PolicyLocation } from './policy-location.ts'

/**
 * A resource of a CloudFormation template with the whole new document, as YAML (JSON is YAML, and so is its document).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
export function cloudFormationOf({ location, after }: EditedDocument): string | undefined {
  const resource = resourceOf(location)
  if (resource === undefined) return undefined
  const { type, properties, holds } = resource
  const why = readAnew([after, ...Object.values(properties)])
  if (why !== undefined) return `# Not written: CloudFormation would read ${why} as its own.`
  return [
    'Resources:',
    `  ${logicalId(location)}:`,
    `    Type: ${type}`,
    '    Properties:',
    ...Object.entries(properties).map(([name, value]) => `      ${name}: ${yamlOfJson(value)}`),
    `      ${holds}:`,
    ...yaml(after, 4),
  ].join('\n')
}

/**
 * Expression that CloudFormation would work out instead of taking it as it is: no template can hold it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html and intrinsic-function-reference.html
 */
export function readAnew(value: unknown): string | undefined {
  if (typeof value === 'string') return value.includes('{{resolve:') ? '`{{resolve:`' : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const keys = Object.keys(value)
  if (!Array.isArray(value) && keys.some((key) => key === 'Ref' || key.startsWith('Fn::')))
    return 'a key that names a function'
  for (const part of [...(Array.isArray(value) ? [] : keys), ...Object.values(value)]) {
    const found = readAnew(part)
    if (found !== undefined) return found
  }
  return undefined
}

interface Template {
  readonly type: string
  /** JSON, or a plain word. */
  readonly properties: Readonly<Record<string, string>>
  readonly holds: string
}

const template = (type: string, properties: Readonly<Record<string, string>>, holds = 'PolicyDocument'): Template => ({
  type,
  properties,
  holds,
})

const text = (value: string): string => JSON.stringify(value)

/** The resource of a template that holds a policy, under a name of its own. */
export function templateOf(location: PolicyLocation): (Template & { readonly id: string }) | undefined {
  const found = resourceOf(location)
  return found === undefined ? undefined : { ...found, id: logicalId(location) }
}

function resourceOf(location: PolicyLocation): Template | undefined {
  const { on, kind, name } = location
  // What stands already is attached where it is.
  const isNew = location.document === null
  const last = on.slice(Math.max(on.lastIndexOf('/'), on.lastIndexOf(':')) + 1)
  switch (location.layer) {
    case 'identity-policy':
      if (isIdentityCenter(location) || name.includes(' (group ')) return undefined
      if (location.arn !== undefined)
        return template('AWS::IAM::ManagedPolicy', {
          ManagedPolicyName: text(name),
          ...(isNew ? { [on.includes(':user/') ? 'Users' : 'Roles']: `[${text(last)}]` } : {}),
        })
      return on.includes(':user/')
        ? template('AWS::IAM::UserPolicy', { UserName: text(last), PolicyName: text(name) })
        : template('AWS::IAM::RolePolicy', { RoleName: text(last), PolicyName: text(name) })
    case 'permissions-boundary':
      return template('AWS::IAM::ManagedPolicy', { ManagedPolicyName: text(name) })
    case 'service-control-policy':
    case 'resource-control-policy': {
      const type = location.layer === 'service-control-policy' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY'
      const targets = isNew ? { TargetIds: `[${text(location.where ?? on)}]` } : {}
      return template('AWS::Organizations::Policy', { Name: text(name), Type: type, ...targets }, 'Content')
    }
    case 'resource-policy':
      switch (kind) {
        case 'trust':
          return template('AWS::IAM::Role', { RoleName: text(last) }, 'AssumeRolePolicyDocument')
        case 'bucket':
          return template('AWS::S3::BucketPolicy', { Bucket: text(last) })
        case 'key':
          return template('AWS::KMS::Key', {}, 'KeyPolicy')
        case 'queue':
          return template('AWS::SQS::QueuePolicy', { Queues: `[${text(last)}]` })
        case 'topic':
          return template('AWS::SNS::TopicPolicy', { Topics: `[${text(on)}]` })
        case 'secret':
          return template('AWS::SecretsManager::ResourcePolicy', { SecretId: text(on) }, 'ResourcePolicy')
        default:
          return undefined
      }
    default:
      return undefined
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_LOGICAL_ID = 255

const logicalId = ({ name, layer, kind }: PolicyLocation): string =>
  (layer === 'resource-policy' ? `${kind ?? 'resource'} policy` : name)
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .slice(0, MAX_LOGICAL_ID) || 'Policy'

/** A JSON value as YAML in block style; texts in double quotes, which YAML reads as JSON does. */
function yaml(value: unknown, depth: number): readonly string[] {
  const pad = '  '.repeat(depth)
  if (Array.isArray(value))
    return value.flatMap((item) => {
      const [first = '', ...rest] = isBlock(item) ? yaml(item, depth + 1) : [`${pad}  ${scalar(item)}`]
      return [`${pad}- ${first.trimStart()}`, ...rest]
    })
  if (!isBlock(value)) return [`${pad}${scalar(value)}`]
  return Object.entries(value as object).flatMap(([key, field]) => {
    const name = yamlKey(key).map((line) => `${pad}${line}`)
    return isBlock(field)
      ? [...name, ...yaml(field, depth + 1)]
      : [...name.slice(0, -1), `${name.at(-1)} ${scalar(field)}`]
  })
}

/** A text, number or truth value; an empty object or list, as JSON. */
const scalar = (value: unknown): string =>
  typeof value === 'object' && value !== null ? yamlOfJson(JSON.stringify(value)) : yamlScalar(value as string | null)

const isBlock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0

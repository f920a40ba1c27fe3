import { isAccountId } from '#iam/arn.ts'
import { isObject } from '#snapshot/fields.ts'
import { accountIn, type Draft, unread } from '../draft.ts'
import { type Imported, importedFrom, type NotImported } from '../imported.ts'
import type { ImportOptions } from '../options.ts'
import { addOrganization } from '../organization-draft.ts'
import { isUnknown } from '../unknown.ts'
import { entriesOf, readBuckets } from './buckets.ts'
import { readMacros } from './macros.ts'
import { forgetTwins } from './made.ts'
import { POLICY_HOLDERS } from './policy-holders.ts'
import { ofType, policyProperty, readPrincipals, type Stack } from './principals.ts'
import { readTemplate } from './read-template.ts'
import { readEndpoints, readFunctions, readResourcePolicies } from './resource-policies.ts'
import { readStatements, STATEMENT_TYPES } from './statements.ts'
import { unusedParameter } from '../unused-parameters.ts'
import { own, type Template, type TemplateResource, textProperty } from './template.ts'

/**
 * A snapshot of what a template makes. `value` is the template with its short tags written out (`{ "Ref": … }`).
 * Values of parameters, and names that AWS would make up, come from the options.
 */
export function importCloudFormation(value: unknown, options: ImportOptions = {}): Imported | NotImported {
  const template = readTemplate(value, options)
  if (typeof template === 'string')
    return { problem: `this is no CloudFormation template: ${template}`, hint: 'give the template of one stack' }
  const { account } = template
  if (account === undefined || !isAccountId(account))
    return {
      problem: 'a template does not say for which account it is',
      hint: 'give `--account ID`, and `--region REGION` for what stands in a Region',
      lacks: 'account',
    }
  const unused = unusedParameter(options.parameters?.keys() ?? [], namesTaken(template, value), (name) =>
    name.startsWith('AWS::'),
  )
  if (unused !== undefined) return unused
  return importedFrom('cloudformation', 'a CloudFormation template', options, (draft) => {
    const stack: Stack = { template, draft, account, makers: new Map(), twins: new Set() }
    accountIn(draft, account)
    readPrincipals(stack)
    readBuckets(stack)
    readResourcePolicies(stack)
    readStatements(stack)
    readFunctions(stack)
    readEndpoints(stack)
    readOrganization(stack)
    forgetTwins(stack)
    tellOthers(template, draft)
    readMacros(stack, value)
    return undefined
  })
}

/** What `--parameters` may name: parameters, resources, also those that are not made, and the exports that are asked for. */
function namesTaken(template: Template, value: unknown): readonly string[] {
  const resources = own(value, 'Resources')
  const exports: string[] = []
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) open.push(...next)
    else if (isObject(next)) {
      const name = template.resolve(own(next, 'Fn::ImportValue'))
      if (typeof name === 'string') exports.push(name)
      open.push(...Object.values(next))
    }
  }
  return [...Object.keys(template.parameters), ...Object.keys(isObject(resources) ? resources : {}), ...exports]
}

/** `AWS::Organizations::*`: the policies hang at what their `TargetIds` name. */
function readOrganization(stack: Stack): void {
  const [organization] = ofType(stack, 'AWS::Organizations::Organization')
  const policies = ofType(stack, 'AWS::Organizations::Policy')
  const units = ofType(stack, 'AWS::Organizations::OrganizationalUnit')
  if (organization === undefined) {
    for (const { id } of [...policies, ...units])
      unread(stack.draft, id, 'the organization itself is not in this template, so that nobody knows where it stands')
    return
  }
  const idOf = (prefix: string, { id }: TemplateResource): string => `${prefix}-(${id})`
  const text = (resource: TemplateResource, name: string): string | undefined => {
    const found = textProperty(stack.template, resource, name)
    return isUnknown(found) ? undefined : found
  }
  addOrganization(stack.draft, {
    managementAccount: stack.account,
    root: { id: idOf('r', organization), isNew: true },
    nodes: units.map((unit) => ({
      where: unit.id,
      kind: 'ou',
      id: idOf('ou', unit),
      name: text(unit, 'Name') ?? unit.id,
      parent: text(unit, 'ParentId'),
      isNew: true,
    })),
    policies: policies.map((policy) => ({
      id: idOf('p', policy),
      name: text(policy, 'Name') ?? policy.id,
      type: text(policy, 'Type') ?? 'SERVICE_CONTROL_POLICY',
      document: policyProperty(stack, policy, 'Content') ?? '(not known: it has no content)',
    })),
    attachments: policies.flatMap((policy) =>
      entriesOf(stack, policy, 'TargetIds').map((target) => ({
        where: policy.id,
        policy: idOf('p', policy),
        target: typeof target === 'string' ? target : undefined,
      })),
    ),
  })
}

const READ = [
  'AWS::IAM::Role',
  'AWS::IAM::User',
  'AWS::IAM::Group',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::UserPolicy',
  'AWS::IAM::GroupPolicy',
  'AWS::IAM::UserToGroupAddition',
  'AWS::IAM::InstanceProfile',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::S3::AccessPoint',
  'AWS::KMS::Key',
  'AWS::KMS::ReplicaKey',
  'AWS::KMS::Alias',
  'AWS::Organizations::Organization',
  'AWS::Organizations::OrganizationalUnit',
  'AWS::Organizations::Policy',
  'AWS::EC2::VPCEndpoint',
  'AWS::Lambda::Permission',
  ...STATEMENT_TYPES,
  ...POLICY_HOLDERS.flatMap(({ type, apart = [] }) => [type, ...apart.map((one) => one.type)]),
]

/** Families that bear on access, macros that make roles and policies, and stacks within the stack. */
const BEARS = [
  'AWS::IAM::',
  'AWS::S3::',
  'AWS::KMS::',
  'AWS::Organizations::',
  'AWS::Serverless::',
  'AWS::CloudFormation::Stack',
]
const SILENT = ['AWS::IAM::AccessKey', 'AWS::IAM::OIDCProvider', 'AWS::IAM::SAMLProvider', 'AWS::S3::StorageLens']

function tellOthers({ resources }: Template, draft: Draft): void {
  for (const { id, type, properties } of resources.values()) {
    if (READ.includes(type) || SILENT.includes(type)) continue
    const bears =
      BEARS.some((start) => type.startsWith(start)) ||
      /(?:Policy|Permission)$/.test(type) ||
      (isObject(properties) && Object.values(properties).some((value) => own(value, 'Statement') !== undefined))
    const how = type.startsWith('AWS::Serverless::') ? ': import the processed template, after the macro' : ''
    if (bears) unread(draft, id, `resources of type ${type} are not read${how}`)
  }
}

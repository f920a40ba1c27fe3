import { boundaryArnOf } from '../attachments.ts'
import { field, listField, tagsField, textField } from '../fields.ts'
import { documentFacts } from './document-facts.ts'
import { type Form, hasAll, isText } from './form.ts'
import type { Content, Owner } from './piece.ts'
import type { Reader } from './reader.ts'
import { resourcePolicy } from './resource-forms.ts'

const inline =
  (kind: Owner['kind'], nameField: string) =>
  (reader: Reader): readonly Content[] => [
    {
      is: 'identity-policy',
      policy: reader.policy(reader.text('PolicyName') ?? reader.fileName, 'PolicyDocument'),
      owner: { kind, name: reader.text(nameField) ?? '' },
    },
  ]

function principal(kind: 'role' | 'user', outer: 'Role' | 'User') {
  return (reader: Reader): readonly Content[] => {
    const value = reader.at(outer)?.value
    const name = textField(value, `${outer}Name`) ?? ''
    const arn = textField(value, 'Arn')
    const tags = tagsField(value, 'Tags')
    const hasTrust = field(value, 'AssumeRolePolicyDocument') !== undefined
    return [
      {
        is: 'principal',
        owner: { kind, name, ...(arn === undefined ? {} : { arn }) },
        boundaryArn: boundaryArnOf(value) ?? null,
        ...(hasTrust ? { trust: reader.policy(`trust policy of ${name}`, outer, 'AssumeRolePolicyDocument') } : {}),
        ...(tags === undefined ? {} : { tags }),
      },
    ]
  }
}

const isWhole = (value: unknown): boolean =>
  field(value, 'IsTruncated') !== true && !isText(value, 'NextToken') && !isText(value, 'Marker')

/** Members that other services print next to `policyDocument`. */
const OF_OTHER_SERVICES = ['policyArn', 'policyName', 'policyStatus', 'revisionId', 'resourceArn']

/** Forms in which IAM prints users, groups, roles and their policies. */
export const IAM_FORMS: readonly Form[] = [
  {
    form: 'aws iam get-role-policy',
    is: hasAll('RoleName', 'PolicyDocument'),
    read: inline('role', 'RoleName'),
  },
  {
    form: 'aws iam get-user-policy',
    is: hasAll('UserName', 'PolicyDocument'),
    read: inline('user', 'UserName'),
  },
  {
    form: 'aws iam get-group-policy',
    is: hasAll('GroupName', 'PolicyDocument'),
    read: inline('group', 'GroupName'),
  },
  {
    form: 'aws iam get-policy',
    is: (value) => isText(field(value, 'Policy'), 'PolicyName') && isText(field(value, 'Policy'), 'Arn'),
    read: (reader) => {
      const value = reader.at('Policy')?.value
      return [
        {
          is: 'managed-name',
          policy: { name: textField(value, 'PolicyName') ?? '', arn: textField(value, 'Arn') ?? '' },
        },
      ]
    },
  },
  {
    form: 'aws iam get-policy-version',
    is: (value) => field(field(value, 'PolicyVersion'), 'Document') !== undefined,
    read: (reader) => [
      { is: 'identity-policy', policy: reader.policy(reader.fileName, 'PolicyVersion', 'Document'), managed: true },
    ],
  },
  {
    // As it was captured: of other services it may leave actions out, which then are not at hand.
    form: 'aws iam-toolbox get-request-authorization-policy',
    is: (value) =>
      field(value, 'policyDocument') !== undefined && !OF_OTHER_SERVICES.some((name) => isText(value, name)),
    read: (reader) => {
      const policy = reader.policy(reader.fileName, 'policyDocument')
      return documentFacts(policy.document).hasPrincipal
        ? [resourcePolicy(policy)]
        : [{ is: 'identity-policy', policy }]
    },
  },
  {
    form: 'aws iam get-role',
    is: (value) => isText(field(value, 'Role'), 'RoleName'),
    read: principal('role', 'Role'),
  },
  {
    form: 'aws iam get-user',
    is: (value) =>
      isText(field(value, 'User'), 'UserName') && /:iam:/.test(textField(field(value, 'User'), 'Arn') ?? ''),
    read: principal('user', 'User'),
  },
  {
    form: 'aws iam list-attached-role-policies',
    is: (value) => listField(value, 'AttachedPolicies') !== undefined,
    read: ({ value }) => [
      {
        is: 'attached',
        policies: (listField(value, 'AttachedPolicies') ?? []).flatMap((one) => {
          const arn = textField(one, 'PolicyArn')
          return arn === undefined ? [] : [{ name: textField(one, 'PolicyName') ?? arn, arn }]
        }),
        whole: isWhole(value),
      },
    ],
  },
  {
    form: 'aws iam list-role-policies',
    is: (value) => listField(value, 'PolicyNames')?.every((one) => typeof one === 'string') === true,
    read: ({ value }) => [
      {
        is: 'inline-names',
        names: (listField(value, 'PolicyNames') ?? []).filter((one) => typeof one === 'string'),
        whole: isWhole(value),
      },
    ],
  },
  {
    form: 'aws iam list-groups-for-user',
    is: (value) => listField(value, 'Groups')?.every((one) => isText(one, 'GroupName')) === true,
    read: ({ value }) => [
      {
        is: 'groups',
        names: (listField(value, 'Groups') ?? []).flatMap((one) => textField(one, 'GroupName') ?? []),
        whole: isWhole(value),
      },
    ],
  },
]

/** Policy documents out of small alphabets, so that two of them often nearly agree. */
import * as fc from 'fast-check'

export interface WrittenStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly [element: string]: unknown
}

export interface WrittenDocument {
  readonly Version: string
  readonly Statement: readonly WrittenStatement[]
}

const ACTIONS = [
  's3:GetObject',
  's3:Get*',
  's3:*',
  '*',
  's3:PutObject',
  's3:ListBucket',
  's3:?etObject',
  'S3:getobject',
  's3:*Object',
  'sqs:SendMessage',
  'sqs:*',
  'ec2:Describe*',
  'ec2:StartInstances',
  'nosuch:Thing',
]
const RESOURCES = [
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b',
  'arn:aws:s3:::b*',
  'arn:aws:s3:::*/a',
  'arn:aws:s3:::b/a?',
  'arn:aws:s3:::b/*a*',
  'arn:aws:sqs:*:111122223333:q',
  'arn:aws:sqs:us-east-1:*:*',
  'arn:*:s3:::b/a',
  'arn:aws:ec2:us-east-1:111122223333:instance/*',
]
const KEYS: readonly (readonly [key: string, operators: readonly string[], values: readonly string[]])[] = [
  [
    'aws:SourceVpce',
    ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'],
    ['v1', 'V1', 'v*', 'v?', '*'],
  ],
  [
    'aws:SourceIp',
    ['IpAddress', 'NotIpAddress'],
    ['10.0.0.0/8', '10.0.0.0/24', '10.0.1.0/24', '2001:db8::/32', '10.0.0.7'],
  ],
  ['aws:SecureTransport', ['Bool'], ['true', 'false']],
  [
    's3:max-keys',
    ['NumericLessThan', 'NumericEquals', 'NumericGreaterThanEquals', 'NumericNotEquals'],
    ['5', '10', '5.5'],
  ],
  ['aws:CurrentTime', ['DateLessThan', 'DateGreaterThan'], ['2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z']],
  [
    'aws:TagKeys',
    ['ForAllValues:StringEquals', 'ForAnyValue:StringEquals', 'ForAnyValue:StringLike', 'ForAllValues:StringNotEquals'],
    ['a', 'b', 'a*'],
  ],
  [
    'aws:PrincipalArn',
    ['ArnLike', 'StringLike', 'ArnNotEquals'],
    [
      'arn:aws:iam::111122223333:role/*',
      'arn:aws:iam::*:user/a*',
      'arn:aws:iam::444455556666:role/x',
      'arn:aws:iam::*:root',
      'arn:aws:sts::111122223333:federated-user/*',
    ],
  ],
  [
    'aws:PrincipalType',
    ['StringEquals', 'StringNotEquals', 'StringLike'],
    ['User', 'AssumedRole', 'FederatedUser', 'Account', 'Anonymous', 'A*'],
  ],
  ['aws:PrincipalAccount', ['StringEquals', 'StringNotEquals'], ['111122223333', 'anonymous']],
  [
    'aws:PrincipalServiceName',
    ['StringEquals', 'StringNotEquals', 'StringLike'],
    ['cloudtrail.amazonaws.com', 's3.amazonaws.com', 'c*'],
  ],
  ['aws:PrincipalIsAWSService', ['Bool'], ['true', 'false']],
  ['aws:AssumedRoot', ['Bool'], ['true', 'false']],
  ['aws:PrincipalTag/team', ['StringEquals', 'StringNotEquals'], ['red', 'blue']],
  ['x:custom', ['StringEquals', 'StringLike', 'NumericEquals', 'ForAnyValue:StringEquals'], ['a', 'b*', '5']],
  ['aws:RequestedRegion', ['StringEquals', 'StringNotEquals'], ['us-east-1', 'eu-west-1']],
]

const some = <T>(values: readonly T[], most = 2) => fc.subarray([...values], { minLength: 1, maxLength: most })

const line = fc
  .constantFrom(...KEYS)
  .chain(([key, operators, values]) =>
    fc
      .tuple(fc.constantFrom(...operators), some(values), fc.constantFrom('', '', 'IfExists'))
      .map(([operator, listed, ifExists]) => ({ [`${operator}${ifExists}`]: { [key]: listed } })),
  )
const presence = fc
  .tuple(fc.constantFrom(...KEYS), fc.constantFrom('true', 'false'))
  .map(([[key], value]) => ({ Null: { [key]: value } }))

const condition = fc
  .array(fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: presence }), { maxLength: 2 })
  .map((blocks) => {
    const all: Record<string, Record<string, unknown>> = {}
    for (const block of blocks)
      for (const [operator, keys] of Object.entries(block)) all[operator] = { ...all[operator], ...keys }
    return all
  })

const statement: fc.Arbitrary<WrittenStatement> = fc
  .record({
    Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    action: fc.tuple(fc.constantFrom('Action', 'Action', 'Action', 'NotAction'), some(ACTIONS)),
    resource: fc.tuple(fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'), some(RESOURCES)),
    condition: fc.option(condition, { nil: undefined }),
  })
  .map(({ Effect, action, resource, condition: when }) => ({
    Effect,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
    ...(when === undefined ? {} : { Condition: when }),
  }))

const documentOf = (statements: readonly WrittenStatement[]): WrittenDocument => ({
  Version: '2012-10-17',
  Statement: statements,
})

const document = fc.array(statement, { minLength: 1, maxLength: 4 }).map(documentOf)

/** A document and one that differs from it in one statement or in all. */
export const twoDocuments: fc.Arbitrary<readonly [WrittenDocument, WrittenDocument]> = fc.oneof(
  fc.tuple(document, document),
  fc.tuple(document, statement).map(([one, more]) => [one, documentOf([...one.Statement, more])] as const),
  fc
    .tuple(document, statement, fc.nat(3))
    .map(
      ([one, other, at]) =>
        [one, documentOf(one.Statement.map((old, i) => (i === at % one.Statement.length ? other : old)))] as const,
    ),
  fc
    .tuple(document, fc.nat(3), fc.constantFrom('Condition', 'Resource', 'Action'), statement)
    .map(
      ([one, at, element, other]) =>
        [
          one,
          documentOf(
            one.Statement.map((old, i) =>
              i === at % one.Statement.length && element in old && element in other
                ? { ...old, [element]: other[element] }
                : old,
            ),
          ),
        ] as const,
    ),
)

const NAMED: readonly unknown[] = [
  '*',
  { AWS: '111122223333' },
  { AWS: 'arn:aws:iam::111122223333:user/alice' },
  { AWS: ['arn:aws:iam::111122223333:role/x', '444455556666'] },
  { Service: 's3.amazonaws.com' },
  { AWS: 'arn:aws:sts::111122223333:federated-user/ci' },
  { AWS: '*' },
]

/** Two documents whose statements name principals. */
export const twoResourcePolicies: fc.Arbitrary<readonly [WrittenDocument, WrittenDocument]> = fc
  .tuple(twoDocuments, fc.array(fc.constantFrom(...NAMED), { minLength: 10, maxLength: 10 }), fc.nat(9), fc.boolean())
  .map(([[old, next], principals, changed, isNot]) => {
    const withPrincipals = (document: WrittenDocument, side: number): WrittenDocument => ({
      ...document,
      Statement: document.Statement.map((one, i) => {
        const principal = principals[(i + (side === 1 && i === changed ? 1 : 0)) % principals.length]
        const element = isNot && one.Effect === 'Deny' && principal !== '*' ? 'NotPrincipal' : 'Principal'
        return { ...one, [element]: principal }
      }),
    })
    return [withPrincipals(old, 0), withPrincipals(next, 1)] as const
  })

type Layers = Readonly<Record<string, unknown>>

/** Policies of several layers, and the same with one of them changed, gone or new. */
export const layersOfPolicies: fc.Arbitrary<readonly [Layers, Layers]> = fc
  .tuple(
    document,
    twoDocuments,
    twoResourcePolicies,
    fc.constantFrom(
      'identity',
      'boundary',
      'boundary gone',
      'scp',
      'scp gone',
      'session',
      'resource',
      'endpoint',
      'rcp',
    ),
    fc.boolean(),
  )
  .map(([base, [one, two], [oneR, twoR], what, reverse]) => {
    const policy = (written: unknown) => ({ name: 'd', document: written })
    const everything = documentOf([{ Effect: 'Allow', Action: '*', Resource: '*' }])
    const forAll = documentOf([{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }])
    const levels = (...written: readonly unknown[]) =>
      written.map((each, i) => ({ target: `r-${i}`, policies: [policy(each)] }))
    const identityPolicies = [policy(base)]
    const pairs: Readonly<Record<string, readonly [Layers, Layers]>> = {
      identity: [{ identityPolicies: [policy(one)] }, { identityPolicies: [policy(two)] }],
      boundary: [{ permissionsBoundary: policy(one) }, { permissionsBoundary: policy(two) }],
      'boundary gone': [{ permissionsBoundary: policy(one) }, {}],
      scp: [{ serviceControlPolicies: levels(everything, one) }, { serviceControlPolicies: levels(everything, two) }],
      'scp gone': [{ serviceControlPolicies: levels(everything, one) }, { serviceControlPolicies: levels(everything) }],
      session: [{ sessionPolicies: [policy(one)] }, { sessionPolicies: [policy(two)] }],
      resource: [{ resourcePolicy: policy(oneR) }, { resourcePolicy: policy(twoR) }],
      endpoint: [{ vpcEndpointPolicy: policy(oneR) }, { vpcEndpointPolicy: policy(forAll) }],
      rcp: [{ resourceControlPolicies: levels(forAll, oneR) }, { resourceControlPolicies: levels(forAll, twoR) }],
    }
    const [from, to] = pairs[what] ?? [{}, {}]
    const sides = [
      { identityPolicies, ...from },
      { identityPolicies, ...to },
    ] as const
    return reverse ? [sides[1], sides[0]] : sides
  })

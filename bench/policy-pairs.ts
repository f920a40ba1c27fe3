/** Pairs of S3, IAM and EC2 policies full of wildcards, and of such policies with one thing changed. Made up here, the same on every run. */
import type { Policy } from '#engine/scenario.ts'

export interface PolicyPair {
  readonly name: string
  readonly old: Policy
  readonly new: Policy
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

interface Words {
  readonly service: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly NonNullable<Statement['Condition']>[]
}

const ANYWHERE: Words['conditions'] = [
  { Bool: { 'aws:SecureTransport': 'true' } },
  { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c' } },
  { StringLike: { 'aws:SourceVpce': ['vpce-1*', 'vpce-2*'] } },
  { StringNotLike: { 'aws:UserAgent': ['aws-cli/*', '*boto*'] } },
  { StringNotEqualsIfExists: { 'aws:PrincipalTag/team': 'guests' } },
]

const WORDS: readonly Words[] = [
  {
    service: 's3',
    actions: [
      's3:*',
      's3:Get*',
      's3:*Object',
      's3:GetObject',
      's3:PutObject',
      's3:*Acl',
      's3:Get*Acl',
      's3:Put*',
      's3:Delete*',
      's3:*Object*',
      's3:?etObject',
    ],
    resources: [
      '*',
      'arn:aws:s3:::*',
      'arn:aws:s3:::prod-*/*',
      'arn:aws:s3:::prod-artifacts/*',
      'arn:aws:s3:::prod-artifacts/releases/*',
      'arn:aws:s3:::*/releases/*.zip',
      'arn:aws:s3:::prod-artifacts/*/2026-??/*',
      'arn:aws:s3:::*-artifacts/*',
    ],
    conditions: [
      ...ANYWHERE,
      { NumericLessThanEquals: { 's3:max-keys': '100' } },
      { NumericLessThan: { 's3:max-keys': '10' } },
    ],
  },
  {
    service: 'iam',
    actions: [
      'iam:*',
      'iam:Get*',
      'iam:*Role',
      'iam:*RolePolicy',
      'iam:PassRole',
      'iam:Create*',
      'iam:*User*',
      'iam:Update*',
      'iam:Delete*Policy',
      'iam:Attach*',
    ],
    resources: [
      '*',
      'arn:aws:iam::*:role/*',
      'arn:aws:iam::111122223333:role/app-*',
      'arn:aws:iam::111122223333:role/team/*',
      'arn:aws:iam::111122223333:user/*',
      'arn:aws:iam::*:policy/*-boundary',
      'arn:aws:iam::111122223333:role/*admin*',
    ],
    conditions: [
      ...ANYWHERE,
      { StringLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/*-boundary' } },
      { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'lambda.amazonaws.com'] } },
    ],
  },
  {
    service: 'ec2',
    actions: [
      'ec2:*',
      'ec2:Describe*',
      'ec2:*Instances',
      'ec2:RunInstances',
      'ec2:*SecurityGroup*',
      'ec2:Create*',
      'ec2:*Tags',
      'ec2:Modify*Attribute',
      'ec2:*Vpc*',
      'ec2:T*Instances',
    ],
    resources: [
      '*',
      'arn:aws:ec2:*:*:instance/*',
      'arn:aws:ec2:us-east-1:*:*',
      'arn:aws:ec2:*:111122223333:volume/*',
      'arn:aws:ec2:eu-*:111122223333:*',
      'arn:aws:ec2:*:*:*/i-0*',
      'arn:aws:ec2:us-east-1:111122223333:subnet/*',
    ],
    conditions: [
      ...ANYWHERE,
      { StringEquals: { 'ec2:InstanceType': ['t3.micro', 't3.small'] } },
      { StringLike: { 'ec2:InstanceType': 't3.*' } },
    ],
  },
]

/** Numbers between 0 and 1 from a seed: a linear congruence, enough for choosing. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

type Random = () => number

const one = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
const some = (random: Random, of: readonly string[], most: number): readonly string[] => [
  ...new Set(Array.from({ length: 1 + Math.floor(random() * most) }, () => one(random, of))),
]

function statementOf(random: Random, { actions, resources, conditions }: Words): Statement {
  const listed = some(random, actions, 3)
  return {
    Effect: random() < 0.72 ? 'Allow' : 'Deny',
    ...(random() < 0.1 ? { NotAction: listed } : { Action: listed }),
    Resource: some(random, resources, 2),
    ...(random() < 0.4 ? { Condition: one(random, conditions) } : {}),
  }
}

/** One thing changed: an element of a statement, or a statement more or less. */
function mutant(random: Random, words: Words, statements: readonly Statement[]): readonly Statement[] {
  const other = statementOf(random, words)
  const at = Math.floor(random() * statements.length)
  const kind = one(random, ['Action', 'Resource', 'Condition', 'Effect', 'more', 'less', 'narrower'] as const)
  if (kind === 'more') return [...statements, other]
  if (kind === 'less' && statements.length > 1) return statements.filter((_, i) => i !== at)
  return statements.map((statement, i) => (i === at ? changed(statement, other, kind) : statement))
}

function changed(statement: Statement, other: Statement, kind: string): Statement {
  const { Condition, ...rest } = statement
  if (kind === 'Effect') return { ...statement, Effect: statement.Effect === 'Allow' ? 'Deny' : 'Allow' }
  if (kind === 'Condition') return other.Condition === undefined ? rest : { ...rest, Condition: other.Condition }
  if (kind === 'Action' && other.Action !== undefined && statement.Action !== undefined)
    return { ...statement, Action: other.Action }
  if (kind === 'narrower')
    return {
      ...statement,
      Resource: statement.Resource.map((text) => (text === '*' ? 'arn:aws:*:*:*:x*' : `${text}/x*`)),
    }
  return { ...statement, Resource: other.Resource, ...(Condition === undefined ? {} : { Condition }) }
}

const policyOf = (name: string, statements: readonly Statement[]): Policy => ({
  name,
  document: { Version: '2012-10-17', Statement: statements },
})

/** `count` pairs, by turns of S3, IAM and EC2; four of five are a policy and its mutant. */
export function policyPairs(count: number, seed = 20_261_124): readonly PolicyPair[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, i) => {
    const words = WORDS[i % WORDS.length] as Words
    const base = Array.from({ length: 1 + Math.floor(random() * 4) }, () => statementOf(random, words))
    const next = i % 5 === 4 ? [statementOf(random, words), statementOf(random, words)] : mutant(random, words, base)
    return { name: `${words.service} ${i}`, old: policyOf('old', base), new: policyOf('new', next) }
  })
}

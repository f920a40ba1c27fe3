/** Policy patterns with the resource of a request, and the first part in which they differ: at least 200 over 40 services. */
import type { Difference } from '#answer/first-difference.ts'

export interface DifferenceRow {
  readonly pattern: string
  readonly resource: string
  readonly part: Difference['part']
  readonly allowed: string
  readonly requested: string
}

/** The start of an ARN's resource, per service, as the Service Authorization Reference has it; `''`: the name alone. */
const TYPES: Readonly<Record<string, string>> = {
  acm: 'certificate/',
  athena: 'workgroup/',
  backup: 'backup-vault:',
  batch: 'job-queue/',
  cloudformation: 'stack/',
  cloudwatch: 'alarm:',
  codebuild: 'project/',
  codecommit: '',
  codepipeline: '',
  'cognito-idp': 'userpool/',
  dynamodb: 'table/',
  ec2: 'instance/',
  ecr: 'repository/',
  ecs: 'cluster/',
  eks: 'cluster/',
  elasticache: 'cluster:',
  elasticfilesystem: 'file-system/',
  elasticloadbalancing: 'loadbalancer/app/',
  es: 'domain/',
  events: 'rule/',
  firehose: 'deliverystream/',
  glue: 'job/',
  kafka: 'cluster/',
  kinesis: 'stream/',
  kms: 'key/',
  lambda: 'function:',
  logs: 'log-group:',
  mq: 'broker:',
  rds: 'db:',
  redshift: 'cluster:',
  sagemaker: 'model/',
  scheduler: 'schedule/default/',
  secretsmanager: 'secret:',
  sns: '',
  sqs: '',
  ssm: 'parameter/',
  states: 'stateMachine:',
  transfer: 'server/',
  wafv2: 'regional/webacl/',
  xray: 'group/default/',
}

const [A, B] = ['111122223333', '444455556666']
const arn = (service: string, name: string, region = 'eu-west-1', account = A): string =>
  `arn:aws:${service}:${region}:${account}:${TYPES[service] ?? ''}${name}`

const ofServices = Object.keys(TYPES).flatMap((service): readonly DifferenceRow[] => {
  const resource = arn(service, 'orders-prod')
  const row = (pattern: string, part: Difference['part'], allowed: string, requested: string): DifferenceRow => ({
    pattern,
    resource,
    part,
    allowed,
    requested,
  })
  return [
    row(arn(service, 'orders-prod', 'us-east-1'), 'Region', 'us-east-1', 'eu-west-1'),
    row(arn(service, '*', 'eu-west-1', B), 'account', B, A),
    row(arn(service, 'orders-dev'), 'name', 'orders-dev', 'orders-prod'),
    row(arn(service, 'orders-dev-*'), 'name', 'orders-dev-*', 'orders-prod'),
    row(arn(service, 'Orders-Prod'), 'case', 'Orders-Prod', 'orders-prod'),
    { ...row(arn(service, 'orders'), 'below', 'orders', 'orders/child'), resource: arn(service, 'orders/child') },
  ]
})

const rowsOf = (part: Difference['part'], rows: readonly (readonly [string, string, string, string])[]) =>
  rows.map(
    ([pattern, resource, allowed, requested]): DifferenceRow => ({ pattern, resource, part, allowed, requested }),
  )

const ofS3 = [
  ...rowsOf('bucket', [
    [
      'arn:aws:s3:::staging-artifacts/*',
      'arn:aws:s3:::prod-artifacts/releases/app.zip',
      'staging-artifacts',
      'prod-artifacts',
    ],
    ['arn:aws:s3:::staging-*', 'arn:aws:s3:::prod-artifacts', 'staging-*', 'prod-artifacts'],
  ]),
  ...rowsOf('objects', [['arn:aws:s3:::files', 'arn:aws:s3:::files/a.csv', 'files', 'files']]),
  ...rowsOf('bucket-itself', [['arn:aws:s3:::files/*', 'arn:aws:s3:::files', 'files/*', 'files']]),
  ...rowsOf('key-prefix', [
    ['arn:aws:s3:::files/2025/*', 'arn:aws:s3:::files/2026/01/a.csv', '2025/*', '2026/…'],
    ['arn:aws:s3:::files/in/2025/*', 'arn:aws:s3:::files/in/2026/a.csv', '2025/*', '2026/…'],
    ['arn:aws:s3:::files/a.csv', 'arn:aws:s3:::files/b.csv', 'a.csv', 'b.csv'],
    ['arn:aws:s3:::files/in/*', 'arn:aws:s3:::files/in', 'in/*', 'in'],
    ['arn:aws:s3:::files/*/logs/app', 'arn:aws:s3:::files/a/b/other', '*/logs/app', 'a/b/other'],
    ['arn:aws:s3:::files/team-*', 'arn:aws:s3:::files/shop/x', 'team-*', 'shop/…'],
    ['arn:aws:s3:::files/*.csv', 'arn:aws:s3:::files/a.zip', '*.csv', 'a.zip'],
  ]),
  ...rowsOf('case', [
    ['arn:aws:s3:::Files/*', 'arn:aws:s3:::files/a', 'Files', 'files'],
    ['arn:aws:s3:::files/Reports/*', 'arn:aws:s3:::files/reports/a', 'Reports/*', 'reports/a'],
  ]),
]

const ofOthers = [
  ...rowsOf('suffix', [
    [arn('secretsmanager', 'prod/db'), arn('secretsmanager', 'prod/db-AbCdEf'), 'prod/db', 'prod/db-AbCdEf'],
  ]),
  ...rowsOf('qualifier', [
    [arn('lambda', 'pay'), arn('lambda', 'pay:7'), 'pay', 'pay:7'],
    [arn('lambda', 'pay'), arn('lambda', 'pay:live'), 'pay', 'pay:live'],
    [arn('logs', '/aws/app'), arn('logs', '/aws/app:log-stream:x'), 'app', 'app:log-stream:x'],
  ]),
  ...rowsOf('below', [
    [arn('dynamodb', 'orders'), arn('dynamodb', 'orders/index/by-date'), 'orders', 'orders/index/by-date'],
  ]),
  ...rowsOf('type', [
    [`arn:aws:kms:eu-west-1:${A}:alias/orders`, arn('kms', '1234'), 'alias/orders', 'key/1234'],
    [`arn:aws:iam::${A}:user/ann`, `arn:aws:iam::${A}:role/app`, 'user/ann', 'role/app'],
    // A masked Region or account is none that differs.
    [
      'arn:aws:sagemaker:<REGION>:<ACCOUNT_ID>:endpoint/*',
      'arn:aws:sagemaker:REGION:ACCOUNT_ID:endpoint-config/blue',
      'endpoint/*',
      'endpoint-config/blue',
    ],
  ]),
  ...rowsOf('name', [
    [arn('ssm', 'parameter//x/y'), arn('ssm', 'parameter/x/y'), 'parameter//x/y', 'parameter/x/y'],
    [
      `arn:aws:iam::${A}:role/KarpenterNodeRole-dev`,
      `arn:aws:iam::${A}:role/KarpenterNodeRole-prod`,
      'KarpenterNodeRole-dev',
      'KarpenterNodeRole-prod',
    ],
    [`arn:aws:iam::${A}:role/team/*`, `arn:aws:iam::${A}:role/app`, 'team/*', 'app'],
    [arn('ssm', 'shop/dev/*'), arn('ssm', 'shop/prod/db/url'), 'dev/*', 'prod/…'],
    [arn('ecr', 'payments/*'), arn('ecr', 'shop/api'), 'payments/*', 'shop/…'],
    [arn('logs', '/aws/app:*'), arn('logs', '/aws/app'), 'app:*', 'app'],
  ]),
  ...rowsOf('account', [[`arn:aws:iam::${B}:role/*`, `arn:aws:iam::${A}:role/app`, B, A]]),
  ...rowsOf('service', [[arn('sqs', 'orders'), arn('sns', 'orders'), 'sqs', 'sns']]),
  ...rowsOf('partition', [[`arn:aws-cn:sqs:eu-west-1:${A}:o`, arn('sqs', 'o'), 'aws-cn', 'aws']]),
]

/** One ARN has an account and a Region, the other has none: not the same kind of resource. */
const POINT = `arn:aws:s3:us-east-2:${A}:accesspoint/ap/object/*`
const ofKinds: readonly DifferenceRow[] = rowsOf('all', [
  [POINT, 'arn:aws:s3:::files/a', POINT, 'arn:aws:s3:::files/a'],
  ['arn:aws:s3:::files/*', POINT.replace('*', 'a'), 'arn:aws:s3:::files/*', POINT.replace('*', 'a')],
])

export const DIFFERENCES: readonly DifferenceRow[] = [...ofKinds, ...ofServices, ...ofS3, ...ofOthers]

/** Commands that a diagnosis prints to be pasted, of records in which every name is one that wants to do something. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { PAYLOADS } from '../fix/hostile.ts'

const ACCOUNT = '111122223333'

interface Call {
  readonly source: string
  readonly name: string
  readonly code: string
  readonly message: (name: string) => string
  readonly parameters?: (name: string) => Readonly<Record<string, unknown>>
}

const bare = () => 'Access Denied'
/** Calls of every service that has usual causes of its own, with codes that wrap another refusal. */
const CALLS: readonly Call[] = [
  {
    source: 's3',
    name: 'GetObject',
    code: 'AccessDenied',
    message: bare,
    parameters: (name) => ({ bucketName: name, key: name }),
  },
  {
    source: 's3',
    name: 'PutObject',
    code: 'AccessDenied',
    message: bare,
    parameters: (name) => ({ bucketName: 'logs', key: name }),
  },
  {
    source: 's3',
    name: 'ListObjects',
    code: 'AccessDenied',
    message: bare,
    parameters: (name) => ({ bucketName: name, prefix: name }),
  },
  {
    source: 'ec2',
    name: 'RunInstances',
    code: 'Client.UnauthorizedOperation',
    message: () => 'You are not authorized to perform this operation.',
  },
  {
    source: 'ec2',
    name: 'CreateVolume',
    code: 'Client.UnauthorizedOperation',
    message: () => 'You are not authorized to perform this operation.',
  },
  {
    source: 'sts',
    name: 'AssumeRole',
    code: 'AccessDenied',
    message: (name) =>
      `User: arn:aws:iam::${ACCOUNT}:user/${name} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${ACCOUNT}:role/${name}`,
  },
  {
    source: 'kms',
    name: 'Decrypt',
    code: 'AccessDenied',
    message: (name) =>
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/${name}/x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:${ACCOUNT}:key/${name}`,
  },
  {
    source: 'ecr',
    name: 'BatchGetImage',
    code: 'AccessDenied',
    message: bare,
    parameters: (name) => ({ repositoryName: name }),
  },
  {
    source: 'secretsmanager',
    name: 'GetSecretValue',
    code: 'AccessDenied',
    message: () => 'Access to KMS is not allowed',
    parameters: (name) => ({ secretId: name }),
  },
  {
    source: 'secretsmanager',
    name: 'GetSecretValue',
    code: 'AccessDenied',
    message: bare,
    parameters: (name) => ({ secretId: name }),
  },
  {
    source: 'sqs',
    name: 'SendMessage',
    code: 'AccessDenied',
    message: bare,
    parameters: (name) => ({ queueUrl: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${name}` }),
  },
  {
    source: 'sns',
    name: 'Publish',
    code: 'KMSAccessDenied',
    message: bare,
    parameters: (name) => ({ topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:${name}` }),
  },
  {
    source: 'lambda',
    name: 'Invoke',
    code: 'EC2AccessDeniedException',
    message: bare,
    parameters: (name) => ({ functionName: name }),
  },
  {
    source: 'cloudtrail',
    name: 'CreateTrail',
    code: 'InsufficientS3BucketPolicyException',
    message: bare,
    parameters: (name) => ({ s3BucketName: name, name }),
  },
  { source: 'ec2', name: 'CreateFlowLogs', code: 'LogDestinationPermissionException', message: bare },
  {
    source: 'rds',
    name: 'CreateDBInstance',
    code: 'IamRoleMissingPermissions',
    message: bare,
    parameters: (name) => ({ dBInstanceIdentifier: name }),
  },
  {
    source: 'organizations',
    name: 'ListAccounts',
    code: 'AccessDeniedException',
    message: () => "You don't have permissions to access this resource.",
  },
  {
    source: 'es',
    name: 'ESHttpGet',
    code: 'AccessDenied',
    message: (name) =>
      `User: arn:aws:iam::${ACCOUNT}:user/${name} is not authorized to perform: es:ESHttpGet on resource: ${name} with an explicit deny in a resource-based policy`,
  },
  {
    source: 'iam',
    name: 'CreateRole',
    code: 'AccessDenied',
    message: (name) =>
      `User: arn:aws:iam::${ACCOUNT}:user/x is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::${ACCOUNT}:role/${name} with an explicit deny in a permissions boundary: arn:aws:iam::${ACCOUNT}:policy/${name}`,
  },
]

let events = 0

/** Records of a call in which one field, or all, are hostile. */
function recordsOf({ source, name, code, message, parameters }: Call, hostile: string): readonly object[] {
  const record = (fields: object, text: string) => ({
    eventVersion: '1.09',
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/x`, accountId: ACCOUNT, userName: 'x' },
    eventTime: '2026-11-29T08:01:02Z',
    eventSource: `${source}.amazonaws.com`,
    eventName: name,
    awsRegion: 'us-east-1',
    errorCode: code,
    errorMessage: message(text),
    requestParameters: parameters?.(text) ?? null,
    eventID: `0b1c2d3e-0000-4000-8000-${String(++events).padStart(12, '0')}`,
    recipientAccountId: ACCOUNT,
    ...fields,
  })
  const role = `arn:aws:sts::${ACCOUNT}:assumed-role/${hostile}/${hostile}`
  const session = {
    type: 'AssumedRole',
    arn: role,
    accountId: hostile,
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/${hostile}`, userName: hostile },
    },
  }
  return [
    record({}, hostile),
    record({ userIdentity: session }, 'name'),
    record({ userIdentity: session, eventName: hostile, awsRegion: hostile, recipientAccountId: hostile }, hostile),
  ]
}

/** Every text in a diagnosis, with the commands that stand in its sentences. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return [value, ...[...value.matchAll(/`((?:aws|denytrace|kubectl) [^`]*)`/g)].map(([, command = '']) => command)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

const isCommand = (text: string): boolean => /^(?:aws|denytrace|kubectl|git) [a-z-]/.test(text)

const pastedOf = (diagnoses: readonly Diagnosis[]): readonly string[] =>
  [...new Set(textsOf(diagnoses))].filter(isCommand)

test('no command that a diagnosis prints starts what a record names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-hostile-'))
  const mark = join(folder, 'mark')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const stubs = ['aws', 'denytrace', 'kubectl', 'git']
  for (const stub of stubs) writeFileSync(join(bin, stub), '#!/bin/sh\n', { mode: 0o700 })
  // Called by its name, each is a function: a start of a program for each of thousands took half of this test.
  const functions = stubs.map((stub) => `${stub}() { :; }\n`).join('')
  writeFileSync(join(bin, 'canary'), `#!/bin/sh\n: > '${mark}'\n`, { mode: 0o700 })
  try {
    let count = 0
    for (const hostile of PAYLOADS.filter((one) => one.length < 1000 && /canary|\\|^-|'/.test(one))) {
      const records = CALLS.flatMap((call) => recordsOf(call, hostile))
      const { diagnoses } = diagnoseEvidence(rawEvidence(JSON.stringify({ Records: records })))
      const commands = pastedOf(diagnoses)
      count += commands.length
      // Each for itself: one that is no shell at all is found, too.
      const script = commands.map((command) => `( ${command}\n) || echo "failed: $?"`).join('\n')
      writeFileSync(join(folder, 'pasted.sh'), functions + script)
      const { status, stderr } = spawnSync('/bin/bash', [join(folder, 'pasted.sh')], {
        encoding: 'utf8',
        env: { PATH: bin },
        cwd: folder,
        input: '',
      })
      assert.ok(!existsSync(mark), `${JSON.stringify(hostile)} became a command`)
      assert.equal(status, 0, `${JSON.stringify(hostile)}: ${stderr}`)
      assert.equal(stderr, '', JSON.stringify(hostile))
    }
    assert.ok(count > 1000, String(count))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

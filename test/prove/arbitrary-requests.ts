/** Requests made from the constants of the documents of `arbitrary-documents.ts`. */
import * as fc from 'fast-check'
import type { Request } from '../../src/iam/request.ts'

type Who = Pick<Request, 'principal' | 'principalDetails'>

/** Callers that identity policies and documents of an organization bear on. */
const IN_ACCOUNTS: readonly Who[] = [
  { principal: 'arn:aws:iam::111122223333:user/alice' },
  { principal: 'arn:aws:iam::444455556666:user/bob' },
  {
    principal: 'arn:aws:sts::111122223333:assumed-role/x/s',
    principalDetails: { roleArn: 'arn:aws:iam::111122223333:role/x' },
  },
  {
    principal: 'arn:aws:sts::444455556666:assumed-role/x/s',
    principalDetails: { roleArn: 'arn:aws:iam::444455556666:role/x' },
  },
  { principal: 'arn:aws:iam::111122223333:root' },
  {
    principal: 'arn:aws:sts::111122223333:federated-user/ci',
    principalDetails: { federatedBy: 'arn:aws:iam::111122223333:user/alice' },
  },
]

/** Those, and callers that only policies of resources can let in. */
const PRINCIPALS: readonly Who[] = [
  ...IN_ACCOUNTS,
  { principal: 'anonymous' },
  { principal: 'cloudtrail.amazonaws.com' },
  { principal: 's3.amazonaws.com' },
]

const VALUES: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  'aws:SourceVpce': ['v1', 'V1', 'v2', 'vv2', 'x'],
  'aws:SourceIp': ['10.0.0.7', '10.0.0.8', '10.0.1.1', '10.1.0.0', '192.0.2.1', '2001:db8::1', '2001:db9::1'],
  'aws:SecureTransport': ['true', 'false'],
  's3:max-keys': ['4', '5', '5.5', '7', '10', '11'],
  'aws:CurrentTime': ['2024-06-01T00:00:00Z', '2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z', '2026-06-01T00:00:00Z'],
  'aws:TagKeys': [['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['ab'], ['b', 'c'], ['ab', 'a', 'c']],
  'aws:PrincipalTag/team': ['red', 'blue', 'green'],
  'x:custom': ['a', 'b', 'bb', '5', '5.0', 'z', ['a', 'b'], ['z']],
  'aws:RequestedRegion': ['us-east-1', 'eu-west-1', 'ap-south-1'],
  'aws:AssumedRoot': ['true', 'false'],
}

/** Whether a request of this caller can carry a key (R-CTX-03). */
function mayCarry({ principal }: Who, key: string): boolean {
  if (key === 'aws:AssumedRoot') return principal.endsWith(':root')
  const isService = principal.endsWith('.amazonaws.com')
  if (key === 'aws:PrincipalTag/team') return !isService && principal !== 'anonymous' && !principal.endsWith(':root')
  return !isService || (key !== 'aws:SourceIp' && key !== 'aws:SourceVpce')
}

const ALWAYS = ['aws:SecureTransport', 'aws:CurrentTime', 'aws:RequestedRegion']

/** Any request of these callers over the same constants; one network at most. */
const requestsOf = (principals: readonly Who[]): fc.Arbitrary<Request> =>
  fc
    .record({
      who: fc.constantFrom(...principals),
      action: fc.constantFrom(
        's3:GetObject',
        's3:PutObject',
        's3:ListBucket',
        's3:DeleteObject',
        's3:GetBucketAcl',
        's3:Whatever',
        'sqs:SendMessage',
        'sqs:ReceiveMessage',
        'ec2:DescribeInstances',
        'ec2:StartInstances',
        'dynamodb:GetItem',
        'iam:ListRoles',
      ),
      resource: fc.constantFrom(
        '*',
        'arn:aws:s3:::b',
        'arn:aws:s3:::c',
        'arn:aws:s3:::b/a',
        'arn:aws:s3:::b/ab',
        'arn:aws:s3:::b/xax',
        'arn:aws:s3:::c/a',
        'arn:aws:s3:::bb/x',
        'arn:aws:sqs:us-east-1:111122223333:q',
        'arn:aws:sqs:eu-west-1:444455556666:r',
        'arn:aws:sqs:eu-west-1:111122223333:q',
        'arn:aws-cn:s3:::b/a',
        'arn:aws:ec2:us-east-1:111122223333:instance/i-1',
      ),
      context: fc.record(
        Object.fromEntries(Object.entries(VALUES).map(([key, values]) => [key, fc.constantFrom(...values)])),
        { requiredKeys: ALWAYS },
      ),
      network: fc.constantFrom('aws:SourceIp', 'aws:SourceVpce', 'none'),
    })
    .map(({ who, action, resource, context, network }) => {
      const listed: Record<string, string | readonly string[]> = { ...context } as Record<
        string,
        string | readonly string[]
      >
      for (const key of ['aws:SourceIp', 'aws:SourceVpce']) if (network !== key) delete listed[key]
      for (const key of Object.keys(listed)) if (!mayCarry(who, key)) delete listed[key]
      const region = resource.split(':')[3]
      if (region !== undefined && region !== '') listed['aws:RequestedRegion'] = region
      return { ...who, action, resource, resourceAccount: '111122223333', context: listed, contextComplete: true }
    })

/** Of anybody, for policies of resources; of principals of accounts, for the others. */
export const anyRequest = requestsOf(PRINCIPALS)
export const requestInAccount = requestsOf(IN_ACCOUNTS)

import { hostSuffix, parseArn } from '#iam/arn.ts'
import type { PolicyLocation } from '../policy-location.ts'
import { aws, type Value } from './call.ts'
import type { Recipe } from './recipe.ts'

type Steps = Pick<Recipe, 'read' | 'none' | 'put' | 'undo'>
type Arn = NonNullable<ReturnType<typeof parseArn>>

const POLICY: Value = { document: 'policy' }

/** How the policy of a resource is read, put and taken away; undefined: no command of the AWS CLI does it. */
export function resourceSteps({ on, kind }: PolicyLocation): Steps | undefined {
  const arn = parseArn(on)
  if (arn === undefined) return undefined
  const name = arn.resource.slice(Math.max(arn.resource.lastIndexOf('/'), arn.resource.lastIndexOf(':')) + 1)
  const region = arn.region === '' ? undefined : arn.region
  switch (kind) {
    case 'trust':
      return {
        read: [aws('iam get-role', { '--role-name': name, '--query': 'Role.AssumeRolePolicyDocument' })],
        put: [aws('iam update-assume-role-policy', { '--role-name': name, '--policy-document': POLICY })],
      }
    case 'bucket':
      return arn.service === 's3' ? bucketSteps(name) : undefined
    case 'access-point':
      return accessPointSteps({ '--account-id': arn.account, '--name': name, '--region': region })
    case 'key':
      return {
        read: [
          aws('kms get-key-policy', {
            '--key-id': on,
            '--policy-name': 'default',
            '--query': 'Policy',
            '--region': region,
          }),
        ],
        put: [
          aws('kms put-key-policy', {
            '--key-id': on,
            '--policy-name': 'default',
            '--region': region,
            '--policy': POLICY,
          }),
        ],
      }
    case 'queue':
      return queueSteps(arn)
    case 'topic':
      return topicSteps(on, region)
    default:
      return namedSteps(kind, on, arn)
  }
}

const bucketSteps = (bucket: string): Steps => ({
  read: [aws('s3api get-bucket-policy', { '--bucket': bucket, '--query': 'Policy' })],
  none: 'NoSuchBucketPolicy',
  put: [aws('s3api put-bucket-policy', { '--bucket': bucket, '--policy': POLICY })],
  undo: [aws('s3api delete-bucket-policy', { '--bucket': bucket })],
})

const accessPointSteps = (at: Readonly<Record<string, string | undefined>>): Steps => ({
  read: [aws('s3control get-access-point-policy', { ...at, '--query': 'Policy' })],
  none: 'NoSuchAccessPointPolicy',
  put: [aws('s3control put-access-point-policy', { ...at, '--policy': POLICY })],
  undo: [aws('s3control delete-access-point-policy', at)],
})

function queueSteps({ region, partition, account, resource }: Arn): Steps {
  const at = {
    '--queue-url': { url: `https://sqs.${region}.${hostSuffix(partition)}/${account}/${resource}` },
    '--region': region === '' ? undefined : region,
  }
  return {
    read: [aws('sqs get-queue-attributes', { ...at, '--attribute-names': 'Policy', '--query': 'Attributes.Policy' })],
    put: [aws('sqs set-queue-attributes', { ...at, '--attributes': { document: 'queue' } })],
    undo: [aws('sqs set-queue-attributes', { ...at, '--attributes': '{"Policy":""}' })],
  }
}

/** A topic is never without a policy: there is none to take away. */
const topicSteps = (topic: string, region: string | undefined): Steps => ({
  read: [aws('sns get-topic-attributes', { '--topic-arn': topic, '--query': 'Attributes.Policy', '--region': region })],
  put: [
    aws('sns set-topic-attributes', {
      '--topic-arn': topic,
      '--attribute-name': 'Policy',
      '--region': region,
      '--attribute-value': POLICY,
    }),
  ],
})

/** Services whose three commands have the same form. */
function namedSteps(kind: string | undefined, on: string, { service, resource, region }: Arn): Steps | undefined {
  const steps = (
    named: string,
    [id, value]: readonly [string, string],
    option: string,
    query: string,
    none?: string,
  ) => {
    const at = { [id]: value, '--region': region === '' ? undefined : region }
    const call = (verb: string, more = {}) => aws(named.replace('VERB', verb), { ...at, ...more })
    return {
      read: [call('get', { '--query': query })],
      ...(none === undefined ? {} : { none }),
      put: [call(service === 'ecr' ? 'set' : 'put', { [option]: POLICY })],
      undo: [call('delete')],
    }
  }
  switch (kind) {
    case 'secret':
      return steps('secretsmanager VERB-resource-policy', ['--secret-id', on], '--resource-policy', 'ResourcePolicy')
    case 'repository':
      return service === 'ecr'
        ? steps(
            'ecr VERB-repository-policy',
            ['--repository-name', resource.replace('repository/', '')],
            '--policy-text',
            'policyText',
            'RepositoryPolicyNotFoundException',
          )
        : undefined
    case 'table':
    case 'stream':
      return service === 'dynamodb'
        ? steps(
            'dynamodb VERB-resource-policy',
            ['--resource-arn', on],
            '--policy',
            'Policy',
            'PolicyNotFoundException',
          )
        : steps('kinesis VERB-resource-policy', ['--resource-arn', on], '--policy', 'Policy')
    default:
      return undefined
  }
}

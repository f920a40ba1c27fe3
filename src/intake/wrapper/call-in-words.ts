import { canonicalAction } from '#iam/facts/actions.ts'
import { servicePrefix } from '#iam/event-sources.ts'
import { eventSourceOf } from './service-names.ts'
import type { TerraformCall } from './terraform-call.ts'

/** Words of a client in front of the error that stand for one call. */
interface Phrase {
  readonly words: RegExp
  readonly operation: string
  readonly service: string
}

const PHRASES: readonly Phrase[] = [
  // Karpenter makes an instant fleet; what EC2 then refuses are its launches. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleetError.html
  { words: /\bwith fleet error\(s\),? [^\n]{0,60}$/, operation: 'RunInstances', service: 'ec2' },
  // The launch wizard of the EC2 console.
  {
    words: /(?:^|\n)[ \t]{0,8}(?:Instance )?[Ll]aunch [Ff]ailed\b[^]{0,80}$/,
    operation: 'RunInstances',
    service: 'ec2',
  },
  // EC2 Auto Scaling, in the activities of a group.
  {
    words: /\bLaunching a new EC2 instance\b[^\n]{0,80}\bStatus Reason: [^\n]{0,40}$/,
    operation: 'RunInstances',
    service: 'ec2',
  },
  // A distribution reads its origin. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
  {
    words: /\bCloudFront\b[^]{0,240}\b(?:OAI|OAC|[Oo]rigin [Aa]ccess (?:[Ii]dentity|[Cc]ontrol))\b[^\n]{0,80}$/,
    operation: 'GetObject',
    service: 's3',
  },
  // The Cluster Autoscaler. https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
  {
    words: /\bUnable to build proper template node for [^\n]{1,200}$/,
    operation: 'DescribeLaunchTemplateVersions',
    service: 'ec2',
  },
  {
    words: /\bFailed to generate AWS EC2 Instance Types: [^\n]{0,60}$/,
    operation: 'DescribeInstanceTypes',
    service: 'ec2',
  },
]

/** The call behind the words of a client where the error names no operation. */
export function callInWords(left: string): TerraformCall | undefined {
  const near = left.slice(-400)
  const phrase = PHRASES.find(({ words }) => words.test(near))
  if (phrase !== undefined) return { operation: phrase.operation, service: phrase.service, place: undefined }
  return ofAddress(near) ?? ofResourceType(near) ?? ofEc2(near)
}

/** `* aws_efs_mount_target.shared: AccessDeniedException: `, as Terraform before 0.12 prints what a creation met. */
const ADDRESS =
  /(?:^|\n)[ \t*]{0,8}(?:module\.[\w.-]{1,100}\.)?aws_(?<name>[a-z0-9]{2,30}(?:_[a-z0-9]{1,30}){1,5})\.[\w-]{1,100}: {1,4}(?:[A-Z]\w{2,60}:? {0,4})?$/

function ofAddress(left: string): TerraformCall | undefined {
  const [service = '', ...type] = ADDRESS.exec(left)?.groups?.['name']?.split('_') ?? []
  return madeBy(service, type.map(capitalized).join(''), ['Create'])
}

/** An event of CloudFormation: `AWS::S3::BucketPolicy Policy CREATE_FAILED Resource handler returned message: "`. */
const EVENT =
  /\bAWS::(?<service>[A-Za-z0-9]{2,40})::(?<type>[A-Za-z0-9]{2,60})\b[^]{0,160}?\b(?<status>CREATE|UPDATE|DELETE)_FAILED\b[^]{0,80}$|\b(?<before>CREATE|UPDATE|DELETE)_FAILED\b[^]{0,160}?\bAWS::(?<service2>[A-Za-z0-9]{2,40})::(?<type2>[A-Za-z0-9]{2,60})\b[^]{0,160}$/

/** What a handler of CloudFormation calls first. https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-types.html */
const HANDLER_VERBS: Readonly<Record<string, readonly string[]>> = {
  CREATE: ['Create', 'Put'],
  UPDATE: ['Update', 'Modify', 'Put'],
  DELETE: ['Delete'],
}

function ofResourceType(left: string): TerraformCall | undefined {
  const { service, type, status, before, service2, type2 } = EVENT.exec(left)?.groups ?? {}
  return madeBy(service ?? service2 ?? '', type ?? type2 ?? '', HANDLER_VERBS[status ?? before ?? ''] ?? [])
}

/** The call that makes a resource of a type, where the service has one of its name alone. */
function madeBy(service: string, type: string, verbs: readonly string[]): TerraformCall | undefined {
  const prefix = servicePrefix(eventSourceOf(service) ?? '')
  // The handler of a bucket makes many calls.
  if (prefix === undefined || type === '' || (prefix === 's3' && type === 'Bucket')) return undefined
  const action = verbs.flatMap((verb) => canonicalAction(`${prefix}:${verb}${type}`) ?? [])[0]
  return action === undefined
    ? undefined
    : { operation: action.slice(prefix.length + 1), service: prefix, place: undefined }
}

/** `could not create volume in EC2: UnauthorizedOperation: `, `error describing instance types, UnauthorizedOperation: `. */
const EC2_WORDS =
  /\b(?<verb>describ|list|get|creat|delet|attach|detach|modify|terminat|associat|disassociat)(?:e|ing)? (?:(?:the|an?|all|AWS|EC2|Amazon) ){0,2}(?<noun>[A-Za-z]{3,30}(?: [A-Za-z]{2,30}){0,3})\b[^\n]{0,160}?[:,] {1,4}UnauthorizedOperation: {0,4}$/i

const EC2_VERBS: Readonly<Record<string, string>> = {
  describ: 'Describe',
  list: 'Describe',
  get: 'Describe',
  creat: 'Create',
  delet: 'Delete',
  attach: 'Attach',
  detach: 'Detach',
  modify: 'Modify',
  terminat: 'Terminate',
  associat: 'Associate',
  disassociat: 'Disassociate',
}

function ofEc2(left: string): TerraformCall | undefined {
  const { verb = '', noun = '' } = EC2_WORDS.exec(left)?.groups ?? {}
  // `existing snapshot`, `temporary security group`: the first words may be adjectives.
  const [first = '', ...more] = noun.split(' ')
  return madeOfWords(verb, [first, ...more]) ?? (QUALITIES.test(first) ? madeOfWords(verb, more) : undefined)
}

const QUALITIES = /^(?:existing|temporary|new|old|own|source|target|current|previous|matching|all)$/i

function madeOfWords(verb: string, nouns: readonly string[]): TerraformCall | undefined {
  const words = nouns.map(capitalized)
  for (let count = words.length; count > 0; count--) {
    const name = `${EC2_VERBS[verb.toLowerCase()] ?? ''}${words.slice(0, count).join('')}`
    const action = canonicalAction(`ec2:${name}`) ?? canonicalAction(`ec2:${name}s`)
    if (action !== undefined) return { operation: action.slice('ec2:'.length), service: 'ec2', place: undefined }
  }
  return undefined
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

import { parseArn } from '#iam/arn.ts'
import { accountOfArn, partitionOf } from '../cloudtrail/account-id.ts'
import { field, type JsonObject, objectOf, textField } from '../cloudtrail/loose-record.ts'
import { type ParameterIndex, parameterIndex } from './parameter-index.ts'

/** Parameters that name a KMS key: by ARN, by its bare id, by an alias, which stands for the key it points to. */
const KEY_PARAMETERS = [
  'kmsKeyId',
  'keyId',
  'kmsKey',
  'kmsMasterKeyId',
  'masterKeyArn',
  'encryptionKeyArn',
  'replicaKmsKeyId',
  'x-amz-server-side-encryption-aws-kms-key-id',
]

/** More than a call names; what is left out shows no further request. */
const MAX_NAMED = 100

/**
 * The ARNs among the parameters of a recorded call: the role it hands on, the key it encrypts with, its targets. A further
 * request may be for them (docs/hops.md). A text in which an ARN only occurs, such as a policy, names nothing (R-CT-30c). */
export function namedResources(record: JsonObject): readonly string[] {
  const index = parameterIndex(withoutInput(field(record, 'requestParameters')))
  const place = arnDefaultsOf(record)
  const profiles = profilesOf(field(record, 'requestParameters'), place)
  return [...new Set([...arnsOf(index), ...byName(index, place), ...profiles])].slice(0, MAX_NAMED)
}

const PROFILE_NAME = /^[\w+=,.@-]{1,128}$/

/** Profiles that a launch has by their names: `iamInstanceProfile: {name}`. Their paths are not told. */
function profilesOf(parameters: unknown, { partition, account }: ArnDefaults): readonly string[] {
  if (account === undefined) return []
  const names = new Set<string>()
  let level: readonly unknown[] = [parameters]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    for (const one of level) {
      const name = textField(field(one, 'iamInstanceProfile'), 'name')
      if (name !== undefined && PROFILE_NAME.test(name)) names.add(name)
    }
    level = level
      .flatMap((one): unknown[] => (Array.isArray(one) ? one : Object.values(objectOf(one) ?? {})))
      .filter((one) => typeof one === 'object' && one !== null)
      .slice(0, MAX_NAMED)
  }
  return [...names].map((name) => `arn:${partition}:iam::${account}:instance-profile/${name}`)
}

/** Deeper no launch specification of EC2's stands. */
const MAX_DEPTH = 8

/** The roles that a call hands to a service; a linked role is its service's own and is not passed (R-PASS-01). */
export const rolesHandedOn = (parameters: unknown): readonly string[] =>
  arnsOf(parameterIndex(withoutInput(parameters))).filter((arn) => {
    const { service, resource = '' } = parseArn(arn) ?? {}
    return service === 'iam' && resource.startsWith('role/') && !resource.startsWith('role/aws-service-role/')
  })

const arnsOf = (index: ParameterIndex): readonly string[] =>
  index.all.flatMap(([name, text]) => (isPlainArn(text) && !NOT_HANDED_ON.has(name.toLowerCase()) ? [text] : []))

/** Parameters that the call hands on to whatever runs: an ARN in them is no resource of the call. */
const INPUT: ReadonlySet<string> = new Set([
  'parameters',
  'arguments',
  'defaultarguments',
  'nonoverridablearguments',
  'environment',
  'input',
  'payload',
  'definition',
])

/** The role that Systems Manager runs an automation with stands among the runbook's own parameters (G-102). */
const AUTOMATION_ROLE = 'AutomationAssumeRole'

const withoutInput = (parameters: unknown): JsonObject =>
  Object.fromEntries(
    Object.entries(objectOf(parameters) ?? {}).flatMap(([name, value]) => {
      if (!INPUT.has(name.toLowerCase())) return [[name, value]]
      const role = field(value, AUTOMATION_ROLE)
      return role === undefined ? [] : [[AUTOMATION_ROLE, role]]
    }),
  )

/** Roles that a call names and hands to no service: a user of its own, one taken away, and those that another account may own. */
const NOT_HANDED_ON: ReadonlySet<string> = new Set([
  'masteruserarn', // https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_MasterUserOptions.html
  'removeiamroles', // https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterIamRoles.html
  'delivercrossaccountrole', // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
  'targetrolearn', // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
])

const isPlainArn = (text: string): boolean => text.length < 2048 && parseArn(text) !== undefined && !/[*?\s]/.test(text)

/** Partition, Region and account of the caller, which complete the name of a resource to an ARN. */
interface ArnDefaults {
  readonly partition: string
  readonly region: string | undefined
  readonly account: string | undefined
}

function arnDefaultsOf(record: JsonObject): ArnDefaults {
  const caller = textField(record, 'userIdentity', 'arn')
  const region = textField(record, 'awsRegion')
  const account = accountOfArn(caller) ?? textField(record, 'userIdentity', 'accountId')
  return { partition: partitionOf(caller, region), region, account }
}

/** Resources that calls name without an ARN: keys by id, buckets, the object that holds a function's code, its image, profiles. */
function byName(index: ParameterIndex, { partition, region, account }: ArnDefaults): readonly string[] {
  const of = (...names: readonly string[]) => names.flatMap((name) => index.values(name))
  const keys = of(...KEY_PARAMETERS).filter((text) => KEY_ID.test(text))
  const aliases = of(...KEY_PARAMETERS).filter((text) => ALIAS.test(text))
  const buckets = of('s3BucketName', 'targetBucket', 's3Bucket').filter((text) => BUCKET.test(text))
  const codes = of('s3Bucket').flatMap((bucket) => of('s3Key').map((key) => `${bucket}/${key}`))
  const images = of('imageUri').flatMap((text) => IMAGE.exec(text) ?? [])
  const profiles = of('iamInstanceProfileName', 'instanceProfileName', 'jobFlowRole', 'instanceRole').filter((text) =>
    PROFILE_NAME.test(text),
  )
  const roles = of('iamRole').filter((text) => /^[\w+=,.@/-]{1,512}$/.test(text)) // CreateActivation: its name, behind its path
  const here = region === undefined || account === undefined ? undefined : `${region}:${account}`
  return [
    ...(here === undefined ? [] : keys.map((id) => `arn:${partition}:kms:${here}:key/${id}`)),
    ...(here === undefined ? [] : aliases.map((alias) => `arn:${partition}:kms:${here}:${alias}`)),
    ...[...buckets, ...codes].map((name) => `arn:${partition}:s3:::${name}`),
    ...images.flatMap((text) => repositoryOf(text, partition)),
    ...(account === undefined
      ? []
      : [
          ...profiles.map((name) => `arn:${partition}:iam::${account}:instance-profile/${name}`),
          ...roles.map((name) => `arn:${partition}:iam::${account}:role/${name}`),
        ]),
  ]
}

const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i
const ALIAS = /^alias\/[\w/-]{1,250}$/
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const IMAGE = /^\d{12}\.dkr\.ecr\.[a-z0-9-]{1,30}\.amazonaws\.com[a-z.]{0,10}\/[^:@]{1,256}/

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/image:tag` */
function repositoryOf(text: string, partition: string): readonly string[] {
  const [host = '', ...name] = text.split('/')
  const [account, , , region] = host.split('.')
  return [`arn:${partition}:ecr:${region}:${account}:repository/${name.join('/')}`]
}

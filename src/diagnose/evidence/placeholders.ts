import { type Arn, formatArn, isAccountId, parseArn } from '#iam/arn.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import { memoizeText } from '#iam/memoize.ts'
import { TAKEN_OUT } from '#iam/taken-out.ts'

/** A text with placeholders in the place of what is masked or cut, and which they are. */
export interface Unmasked {
  readonly text: string
  readonly placeholders: readonly string[]
}

/** The account of caller and resource, where the text masks it. */
export const ACCOUNT = 'ACCOUNT_ID'
/** The account of a resource that surely is another one. */
export const OTHER_ACCOUNT = 'OTHER_ACCOUNT_ID'
/** No role of anyone's: the one whose policies were given, of which the text says no name. */
export const NAMELESS_ROLE = `arn:aws:iam::${ACCOUNT}:role/ROLE_NAME`

/**
 * The ARN of a caller or a resource with a placeholder for each part that is masked, so that it can be asked and granted: one
 * placeholder stands for one value (R-EVID-10). `account`: what stands in the place of a masked account.
 */
export function unmasked(arn: string, account: string): Unmasked | undefined {
  const parts = parseArn(arn)
  if (parts === undefined) return undefined
  const isTakenOut = hasAccountTakenOut(parts)
  const isMasked =
    isTakenOut ||
    (parts.account !== '' && !isAccountId(parts.account) && !OWNERS.has(parts.account) && !isOpen(parts.account))
  const noRegion =
    (isTakenOut && parts.region === '' && hasRegion(parts.service)) ||
    (parts.region !== '' && !isOpen(parts.region) && !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(parts.region))
  const found: string[] = []
  const put = (name: string): string => {
    if (!found.includes(name)) found.push(name)
    return name
  }
  const [type = ''] = parts.resource.split(/[/:]/)
  const names = parts.resource.split(/([/:])/)
  const resource = names
    .map((name, i) =>
      TAKEN_OUT.test(name) || isMaskedId(parts.service, name)
        ? put(nameFor(type, i / 2, name))
        : isWord(name) && !isVariable(type, name)
          ? put(name)
          : name,
    )
    .join('')
  const text = formatArn({
    ...parts,
    account: isMasked ? (isAccountId(account) ? account : put(account)) : parts.account,
    region: noRegion ? put('REGION') : parts.region,
    resource,
  })
  return text === arn && found.length === 0 ? undefined : { text, placeholders: found }
}

/** Whether the account is missing from an ARN that always has one: somebody deleted it (R-EVID-16). */
const hasAccountTakenOut = (arn: Arn): boolean =>
  arn.account === '' &&
  !isPublicOfAws(arn) &&
  formatsOf(arn.service).length > 0 &&
  formatsOf(arn.service).every((format) => format.split(':')[4] !== '')

/**
 * What AWS owns and everyone may use, by the beginning of its resource part: its ARN has a Region and no account, although the
 * reference has one in every form of the service.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/registry-public.html
 */
const PUBLIC_OF_AWS: ReadonlyMap<string, RegExp> = new Map([
  ['ssm', /^(?:(?:document|automation-definition|automation-document)\/(?:AWS|Amazon)|parameter\/aws\/service\/)/],
  ['cloudformation', /^type\/(?:resource|module|hook)\/(?:AWS|Alexa|Amazon)/],
])

const isPublicOfAws = ({ service, region, resource }: Arn): boolean =>
  region !== '' && PUBLIC_OF_AWS.get(service)?.test(resource) === true

const hasRegion = (service: string): boolean => formatsOf(service).every((format) => format.split(':')[3] !== '')

/** The formats of ARNs of a service; sessions are no resource type of IAM's. */
const formatsOf = memoizeText((service): readonly string[] =>
  service === 'sts'
    ? ['arn:${Partition}:sts::${Account}:assumed-role/${Role}/${Session}']
    : resourceTypesOf(service)
        .flatMap((type) => resourceTypeFacts(service, type)?.arnPatterns ?? [])
        .filter((pattern) => pattern.split(':')[2] === service),
)

/** Whether the end of an id is masked, of which AWS draws every character: no id of a hosted zone has small letters, and none of EC2's an x. */
const isMaskedId = (service: string, name: string): boolean =>
  service === 'route53'
    ? /^[A-Z0-9]{1,32}x{3,}$/.test(name)
    : service === 'ec2'
      ? /^[a-z]{1,12}-[0-9a-f]{0,16}x{3,}$/i.test(name)
      : service === 'kms' && /^[0-9a-fx]{8}(?:-[0-9a-fx]{4}){3}-[0-9a-fx]{12}$/i.test(name) && /x{3,}/i.test(name)

/** A word that stands for a name as people write it: `ZONEID`, `MY_BUCKET_NAME`. No id of AWS's is all letters and ends so. */
const isWord = (name: string): boolean => /^[A-Z][A-Z_-]{0,40}(?:ID|NAME|ARN)$/.test(name)

/**
 * Whether a word is the real name of a parameter or secret: many are called as the environment variable that they fill, such as
 * `GOOGLE_CLIENT_ID`. To take it for a placeholder would grant all of them.
 */
const isVariable = (type: string, name: string): boolean =>
  (type === 'parameter' || type === 'secret') &&
  !/^(?:MY_|YOUR_)?(?:PARAM(?:ETER)?_?|SECRET_?)?(?:ID|NAME|ARN)$/.test(name)

/** Words in the place of an account that AWS's own ARNs have. */
const OWNERS: ReadonlySet<string> = new Set(['aws', 'cloudfront', 'aws-marketplace'])

/** Whether an ARN has such a word for its account: AWS owns the resource. */
export const isAccountOfAws = (account: string): boolean => OWNERS.has(account)

/** A star is a pattern's, and no mask. */
const isOpen = (text: string): boolean => text === '*'

function nameFor(type: string, at: number, written: string): string {
  const word = /^<([A-Za-z][\w -]*)>$/.exec(written)?.[1]
  if (word !== undefined) return word.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  if (type === 'assumed-role') return at === 1 ? 'ROLE_NAME' : 'SESSION_NAME'
  return at === 1 && (type === 'role' || type === 'user') ? `${type.toUpperCase()}_NAME` : 'NAME'
}

import { type AwsCommand, awsCommands } from './aws-command.ts'
import { type TokenClaims, tokenClaimsIn } from './token-claims.ts'

/** Surroundings of the refusals in a paste that say something of the calls. Places are those of the text. */
export interface Surroundings {
  readonly commands: readonly AwsCommand[]
  /** Roles that a job is told to use: AWS_ROLE_ARN, `role-to-assume`, `role_arn`, the annotation of a service account. */
  readonly roles: readonly Placed[]
  /** Roles that a tool said it could not assume, and went on without. */
  readonly notAssumed: readonly Placed[]
  /** Callers that AWS told of the job: `aws sts get-caller-identity`, and the line of `denytrace run`. */
  readonly callers: readonly Placed[]
  readonly profiles: readonly Placed[]
  /** Addresses of queues. */
  readonly queues: readonly Placed[]
  readonly regions: readonly Placed[]
  /** `namespace/name`. */
  readonly serviceAccounts: readonly Placed[]
  /** Where something of Kubernetes speaks: a controller, a pod. */
  readonly pods: readonly Placed[]
  readonly claims: TokenClaims
}

export interface Placed {
  readonly at: number
  readonly value: string
}

const ROLE =
  /^(?:AWS_ROLE_ARN|role-to-assume|role_arn|eks\.amazonaws\.com\/role-arn|--role-arn)["']{0,2}[ \t]{0,4}[=: ][ \t]{0,4}["']{0,2}(?<value>arn:[\w-]{1,20}:iam::[\w*-]{1,40}:role\/[\w+=,.@/*-]{1,512})/
const PROFILE = /^(?:AWS_PROFILE=|--profile[ =])["']{0,1}(?<value>[\w+=,.@-]{1,100})/
const REGION =
  /^(?:AWS_REGION|AWS_DEFAULT_REGION|aws-region)["']{0,2}[ \t]{0,4}[=:][ \t]{0,4}["']{0,2}(?<value>[a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d{1,2})\b/
const QUEUE =
  /^https:\/\/(?<value>(?:sqs(?:-fips)?\.[a-z0-9-]{5,20}|[a-z0-9-]{5,20}\.queue|queue)\.amazonaws\.com(?:\.cn)?\/[\dxX*#]{3,20}\/[\w.-]{1,84})/
const ACCOUNT = /^system:serviceaccount:(?<value>[a-z0-9-]{1,63}:[a-z0-9.-]{1,253})/
const POD = /^(?:Reconciler error|"controller(?:Kind)?":\s{0,2}"(?<value>[\w.-]{1,80})"|kube-system|pod\/[a-z0-9])/

/** The CDK goes on with the credentials it has: `current credentials could not be used to assume 'arn:…', but are for the right account.` */
const NOT_ASSUMED =
  /^could not be used to assume '(?<value>arn:[\w-]{1,20}:iam::[\w*-]{1,40}:role\/[\w+=,.@/*-]{1,512})'/

const CALLER =
  /^(?:AWS knows the caller as ["'`]?|"UserId": ?"[^"\n]{1,200}",\s{0,20}"Account": ?"\d{12}",\s{0,20}"Arn": ?")(?<value>arn:[\w-]{1,20}:(?:sts|iam)::\d{12}:(?:assumed-role|federated-user|user)\/[\w+=,.@/-]{1,600})/

type Sought = Exclude<keyof Surroundings, 'commands' | 'claims'>

const SOUGHT: readonly (readonly [key: Sought, words: readonly string[], pattern: RegExp])[] = [
  ['roles', ['AWS_ROLE_ARN', 'role-to-assume', 'role_arn', 'eks.amazonaws.com/role-arn', '--role-arn'], ROLE],
  ['notAssumed', ['could not be used to assume '], NOT_ASSUMED],
  ['callers', ['AWS knows the caller as ', '"UserId"'], CALLER],
  ['profiles', ['AWS_PROFILE', '--profile'], PROFILE],
  ['queues', ['https://'], QUEUE],
  ['regions', ['AWS_REGION', 'AWS_DEFAULT_REGION', 'aws-region'], REGION],
  ['serviceAccounts', ['system:serviceaccount:'], ACCOUNT],
  ['pods', ['Reconciler error', '"controller', 'kube-system', 'pod/'], POD],
]

/** Of one kind; a log says the same again and again. */
const MOST = 200

/** Reads what a paste says besides its refusals, in one pass for each word that may stand there. */
export function surroundingsOf(text: string): Surroundings {
  const found: Record<Sought, readonly Placed[]> = {
    roles: [],
    notAssumed: [],
    callers: [],
    profiles: [],
    queues: [],
    regions: [],
    serviceAccounts: [],
    pods: [],
  }
  for (const [key, words, pattern] of SOUGHT)
    found[key] = words.flatMap((word) => placesOf(text, word, pattern)).sort((x, y) => x.at - y.at)
  return { ...found, commands: awsCommands(text), claims: tokenClaimsIn(text) }
}

function placesOf(text: string, word: string, pattern: RegExp): readonly Placed[] {
  const places: Placed[] = []
  for (let at = text.indexOf(word); at >= 0 && places.length < MOST; at = text.indexOf(word, at + word.length)) {
    const match = pattern.exec(text.slice(at, at + 700))
    if (match !== null && !(word === '--role-arn' && passesRole(text, at)))
      places.push({ at, value: match.groups?.['value'] ?? '' })
  }
  return places
}

/** Commands whose `--role-arn` is the role to call as; of all others it is one that a service is to work with. */
const ASSUMING = /\baws (?:--\S{1,80} (?:[^\s-]\S{0,80} )?){0,4}(?:sts|eks|configure)\b/

function passesRole(text: string, at: number): boolean {
  const line = text.slice(Math.max(text.lastIndexOf('\n', at) + 1, at - 1000), at)
  return /(?:^|[\s/])(?:aws|cdk|sam|serverless|sls) /.test(line) && !ASSUMING.test(line)
}

/** Whether there is anything. */
export const isEmpty = (found: Surroundings): boolean =>
  Object.values(found).every((list) => Object.keys(list).length === 0)

/** The last before a place, else the first behind it. */
export const nearest = <P extends { readonly at: number }>(places: readonly P[], at: number): P | undefined =>
  places.findLast((place) => place.at <= at) ?? places[0]

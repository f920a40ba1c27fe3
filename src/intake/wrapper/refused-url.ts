import { partitionOf } from '../cloudtrail/account-id.ts'
import type { Denial } from '../denial.ts'
import type { Note } from '../note.ts'
import { arnForAction, placeOfUrl } from './s3-location.ts'
import { withoutSecrets } from './secrets.ts'

/** The request of an HTTP client to an address of AWS's, when all it got was `403 Forbidden`. */
export interface RefusedRequest {
  /** Null: see `candidates`. */
  readonly action: string | null
  readonly actionFrom: 'mapped' | 'guessed'
  readonly resource: string | null
  /** The address, without a query that holds a credential. */
  readonly resourceText: string
  readonly eventSource: string
  readonly candidates: Denial['candidates']
  readonly notes: readonly Note[]
  /** Condition keys that the address settles. */
  readonly context?: Denial['context']
}

/** How clients print the status; the address stands in front, on the line or above it, or behind. */
const STATUS =
  /\b403 {1,2}(?:Forbidden\b|\(Forbidden\)|- Forbidden\b)|\bStatus code: 403 for (?=https:)|\bHTTPS? Error 403 - Forbidden|\bERROR 403: Forbidden|\b403 Client Error: Forbidden for url: |\bHTTP Error 403: Forbidden|returned error: 403\b|\(HTTP 403(?: Forbidden)?\)|\bHTTP\/[\d.]{1,3}["']? 403\b/i
/** wget prints the address three lines before the status, a shell with `set -x` just above it. */
const LINES_ABOVE = 4
/** As in `403 Forbidden - GET https://…`. */
const NEAR = 12
const ADDRESS =
  /(?:(?<method>GET|HEAD|PUT|POST|PATCH|DELETE)(?: request to)? )?["'`]?(?<url>https:\/\/[^\s"'`<>\\]{4,4000})/g
/** As the developer tools of browsers list a request, the value beside its name or below it. */
const IN_BROWSER = /^\s{0,8}Request Method:?\s{0,4}(?<method>GET|HEAD|PUT|POST|PATCH|DELETE)\s{0,4}$/m
const HOST = /^https:\/\/[a-z0-9.-]{1,200}\.amazonaws\.com(?:\.cn)?(?::443)?\//

/** The request whose address stands beside a `403 Forbidden`; undefined: none does, or it is not one of those known. */
export function readRefusedUrl(text: string): RefusedRequest | undefined {
  const status = STATUS.exec(text)
  if (status === null) return undefined
  const above = text
    .slice(0, status.index)
    .split('\n')
    .slice(-1 - LINES_ABOVE)
    .join('\n')
  const [rest = ''] = text.slice(status.index).split('\n', 1)
  const behind = [...rest.matchAll(ADDRESS)][0]
  const isDirect = behind !== undefined && behind.index < status[0].length + NEAR
  const said = isDirect ? behind : [...above.matchAll(ADDRESS)].at(-1)
  const { method: stated, url = '' } = said?.groups ?? {}
  const method =
    stated ??
    IN_BROWSER.exec(above)?.groups?.['method'] ??
    methodOfCommand(isDirect ? '' : lineAt(above, said?.index ?? 0))
  const address = url.replace(/[:.,;)\]]{1,4}$/, '')
  if (!HOST.test(address)) return undefined
  return (
    ofObject(method, address) ?? ofRegistry(method, address) ?? ofPackages(method, address) ?? ofRepository(address)
  )
}

const lineAt = (text: string, at: number): string =>
  text.slice(text.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0] ?? ''

/** The method that a command line of curl or wget asks with; null: it says nothing of it. https://curl.se/docs/manpage.html */
function methodOfCommand(line: string): string | null {
  if (!/\b(?:curl|wget)\s/.test(line)) return null
  const said = /(?:\s-X|--request|--method)[ =]{0,3}["']?(?<method>GET|HEAD|PUT|POST|PATCH|DELETE)\b/.exec(line)
  if (said !== null) return said.groups?.['method'] ?? null
  if (/\s(?:-T|--upload-file)\s/.test(line)) return 'PUT'
  if (/\s(?:-d|--data(?:-\w{1,10})?|-F|--form)\s/.test(line)) return 'POST'
  return /\s(?:-I|--head)\s/.test(line) ? 'HEAD' : null
}

/** S3's REST API: what a method on an object needs. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
}
/** `GET https://bucket.s3.amazonaws.com/?list-type=2&prefix=…`: DuckDB prints the address it lists. */
const LISTING =
  /^(?:list-type|prefix|delimiter|encoding-type|continuation-token|start-after|max-keys|marker|fetch-owner)$/
/** Parameters that leave a request what its method says. `versionId` makes it another action. */
const HARMLESS = /^(?:x-amz-|x-id$|response-|awsaccesskeyid$|expires$|signature$)/i

function ofObject(method: string | null, url: string): RefusedRequest | undefined {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1).split('&') : []
  const names = query.map((one) => one.split('=', 1)[0] ?? '')
  const place = placeOfUrl(url.split(/[?#]/, 1)[0] ?? '')
  const own = names.filter((name) => !HARMLESS.test(name))
  const isListing =
    place?.key === null && (method ?? 'GET') === 'GET' && own.length > 0 && own.every((name) => LISTING.test(name))
  const isObject = typeof place?.key === 'string' && own.length === 0
  const action = isListing ? 's3:ListBucket' : OBJECT_ACTIONS[method ?? 'GET']
  // Of a sub-resource (`?acl`) or an upload's part it is another action's request.
  if (place === undefined || action === undefined || (!isListing && !isObject)) return undefined
  return {
    action,
    actionFrom: method === null ? 'guessed' : 'mapped',
    resource: arnForAction(place, action),
    resourceText: bare(url),
    eventSource: 's3.amazonaws.com',
    candidates: [],
    notes: [...signedNote(url), ...layersNote(place.bucket, place.partition), ...responseNote(place.bucket)],
    ...(isListing && names.length === query.length ? { context: listingKeys(query) } : {}),
  }
}

/** The parameters of a listing are condition keys; one that is not in the address was not sent. */
const listingKeys = (query: readonly string[]): Denial['context'] =>
  Object.fromEntries(
    ['prefix', 'delimiter'].map((name) => {
      const sent = query.find((one) => one === name || one.startsWith(`${name}=`))
      return [`s3:${name}`, sent === undefined ? null : plain(sent.slice(name.length + 1))]
    }),
  )

function plain(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html */
const responseNote = (bucket: string): readonly Note[] =>
  bucket.startsWith('cloudformation-custom-resource-response-') ? [CUSTOM_RESOURCE] : []

/** A custom resource answers CloudFormation by an address that CloudFormation signed. */
export const CUSTOM_RESOURCE: Note = {
  code: 'custom-resource',
  text: 'CloudFormation signed this address, for a bucket of AWS’s: no policy of the function is evaluated. What denies it is most often the policy of the S3 gateway endpoint of the VPC, which must allow s3:PutObject on arn:aws:s3:::cloudformation-custom-resource-response-REGION/* without conditions on the caller (aws:PrincipalOrgID, aws:PrincipalAccount).',
}

const bare = (url: string): string => withoutSecrets(url).split('#', 1)[0] ?? ''

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
const signedNote = (url: string): readonly Note[] =>
  /[?&](?:X-Amz-Signature|Signature)=/i.test(url)
    ? [
        {
          code: 'presigned-url',
          text: 'The address was signed beforehand: AWS judges who signed it, not who used it, and refuses it too when it has expired.',
        },
      ]
    : []

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms */
const layersNote = (bucket: string, partition: string): readonly Note[] =>
  /^prod-[a-z0-9-]{4,30}-starport-layer-bucket$/.test(bucket)
    ? [
        {
          code: 'layer-bucket',
          text: `Amazon ECR keeps the layers of images in this bucket of AWS's and signs the address itself: what refuses is most often the policy of the S3 gateway endpoint, which must allow s3:GetObject on arn:${partition}:s3:::${bucket}/*.`,
        },
      ]
    : []

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/v2/REPOSITORY/manifests|blobs/…`: the registry's HTTP API before ECR's own. */
const REGISTRY =
  /^https:\/\/(?<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?<region>[a-z0-9-]{5,30})\.amazonaws\.com(?:\.cn)?(?::443)?\/v2\/(?<repository>[a-z0-9._/-]{1,256})\/(?<part>manifests|blobs)\//

/**
 * Which calls of ECR's a client's request becomes. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
 * Nothing says that one of them was refused rather than the token, so they are candidates.
 */
const REGISTRY_ACTIONS: Readonly<Record<string, string>> = {
  'GET manifests': 'ecr:BatchGetImage',
  'HEAD manifests': 'ecr:BatchGetImage',
  'PUT manifests': 'ecr:PutImage',
  'GET blobs': 'ecr:GetDownloadUrlForLayer',
  'HEAD blobs': 'ecr:BatchCheckLayerAvailability',
  'POST blobs': 'ecr:InitiateLayerUpload',
  'PATCH blobs': 'ecr:UploadLayerPart',
  'PUT blobs': 'ecr:CompleteLayerUpload',
}

function ofRegistry(method: string | null, url: string): RefusedRequest | undefined {
  const { account, region, repository, part } = REGISTRY.exec(url)?.groups ?? {}
  const action = REGISTRY_ACTIONS[`${method ?? 'GET'} ${part}`]
  if (repository === undefined || action === undefined) return undefined
  const resource = `arn:${partitionOf(null, region)}:ecr:${region}:${account}:repository/${repository}`
  const text =
    'A registry answers this to a token of `aws ecr get-login-password` that has expired (12 hours) as well as to a caller who may not; log in again first.'
  return {
    action: null,
    actionFrom: 'mapped',
    resource: null,
    resourceText: bare(url),
    eventSource: 'ecr.amazonaws.com',
    candidates: [{ action, resource }],
    notes: [{ code: 'registry-forbidden', text }],
  }
}

/** https://docs.aws.amazon.com/codeartifact/latest/ug/repo-policies.html */
const PACKAGES =
  /^https:\/\/(?<domain>[a-z][a-z0-9-]{0,49})-(?<account>\d{12})\.d\.codeartifact\.(?<region>[a-z0-9-]{5,30})\.amazonaws\.com(?:\.cn)?\/[a-z]{2,10}\/(?<repository>[A-Za-z0-9._-]{1,100})\//

function ofPackages(method: string | null, url: string): RefusedRequest | undefined {
  const { domain, account, region, repository } = PACKAGES.exec(url)?.groups ?? {}
  if (repository === undefined || !['GET', 'HEAD'].includes(method ?? 'GET')) return undefined
  return {
    action: 'codeartifact:ReadFromRepository',
    actionFrom: method === null ? 'guessed' : 'mapped',
    resource: `arn:${partitionOf(null, region)}:codeartifact:${region}:${account}:repository/${domain}/${repository}`,
    resourceText: bare(url),
    eventSource: 'codeartifact.amazonaws.com',
    candidates: [],
    notes: [],
  }
}

/** `https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME`: Git over HTTPS. */
const REPOSITORY =
  /^https:\/\/git-codecommit(?:-fips)?\.[a-z0-9-]{5,30}\.amazonaws\.com(?:\.cn)?\/v1\/repos\/[\w.-]{1,100}/

/** What Git asks of AWS CodeCommit. https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html */
function ofRepository(url: string): RefusedRequest | undefined {
  const repository = REPOSITORY.exec(url)?.[0]
  if (repository === undefined) return undefined
  return {
    action: null,
    actionFrom: 'mapped',
    resource: null,
    resourceText: repository,
    eventSource: 'codecommit.amazonaws.com',
    candidates: ['codecommit:GitPull', 'codecommit:GitPush'].map((action) => ({ action, resource: null })),
    notes: [],
  }
}

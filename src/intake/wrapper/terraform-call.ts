import { canonicalAction } from '#iam/facts/actions.ts'
import { s3Actions } from '../event-action/s3-operations.ts'
import type { S3Location } from './s3-location.ts'

/** The call behind the words in which Terraform and OpenTofu say what they were doing, where the error names no operation. */
export interface TerraformCall {
  readonly operation: string
  readonly service: string
  readonly place: S3Location | undefined
}

/** `error reading S3 Bucket (b): Forbidden: `, `creating Security Group (web): UnauthorizedOperation: `; the code may follow. */
const WORDS =
  /\b(?:[Ee]rror )?(?<verb>reading|getting|listing|describing|creating|putting|setting|updating|modifying|deleting|attaching|enabling) (?:Amazon |AWS )?(?<noun>[A-Z][A-Za-z0-9]{1,30}(?: [A-Za-z0-9]{1,30}){0,4}?)(?: ?\((?<id>[^()\n]{1,300})\)|(?: for)? (?<name>[a-z0-9][a-z0-9.-]{2,62})| for (?<masked>[^\s:()]{1,100}))?(?: (?<aspect>[A-Za-z][A-Za-z ]{1,60}?))?:\s{1,4}(?:[A-Z]\w{2,60}:?\s{0,4}){0,2}$/

/** `error creating public access block policy for S3 bucket (b): `, `Error putting object in S3 bucket (b): `. */
const OF_BUCKET =
  /\b(?<verb>reading|getting|listing|creating|putting|setting|updating|deleting|enabling) (?<aspect>[A-Za-z][A-Za-z -]{1,60}?) (?:for|of|on|in|to) (?:the )?S3 [Bb]ucket(?: ?\((?<id>[^()\n]{1,300})\)| ["'`]?(?<name>[a-z0-9][a-z0-9.-]{2,62})["'`]?)?:\s{1,4}(?:[A-Z]\w{2,60}:?\s{0,4}){0,2}$/

export function terraformCall(left: string): TerraformCall | undefined {
  const near = left.slice(-700)
  const ofBucket = OF_BUCKET.exec(near)?.groups
  if (ofBucket !== undefined) {
    const { verb = '', aspect = '', id, name } = ofBucket
    return s3Call(verb, ['bucket'], id ?? name, aspect)
  }
  const match = WORDS.exec(near)
  if (match === null) return undefined
  const { verb = '', noun = '', id, name, aspect = '' } = match.groups ?? {}
  const words = noun.split(' ')
  if (noun === 'S3' && name !== undefined) return ofAspect(verb, `${name} ${aspect}`)
  if (words[0] === 'S3') return s3Call(verb, words.slice(1), id ?? name, aspect)
  const object = words.map(capitalized).join('')
  for (const operation of (VERBS.get(verb) ?? []).flatMap((one) => [`${one}${object}`, `${one}${object}s`])) {
    const action = canonicalAction(`ec2:${operation}`)
    if (action !== undefined) return { operation: action.slice('ec2:'.length), service: 'ec2', place: undefined }
  }
  return undefined
}

/** `putting S3 policy`, `creating S3 bucket ACL for b`: what stands behind the service is no name. */
function ofAspect(verb: string, text: string): TerraformCall | undefined {
  const [what = '', bucket] = text.trim().split(/ for /, 2)
  return s3Call(verb, what.split(' '), bucket, '')
}

/** The operations that a word may stand for, the most likely first. */
const VERBS: ReadonlyMap<string, readonly string[]> = new Map([
  ['reading', ['Get', 'Describe', 'List']],
  ['getting', ['Get', 'Describe', 'List']],
  ['listing', ['List', 'Describe']],
  ['describing', ['Describe', 'Get']],
  ['creating', ['Create', 'Put', 'Run']],
  ['putting', ['Put', 'Create']],
  ['setting', ['Put', 'Set', 'Modify']],
  ['updating', ['Put', 'Update', 'Modify']],
  ['modifying', ['Modify', 'Put']],
  ['deleting', ['Delete', 'Terminate']],
  ['attaching', ['Attach']],
  ['enabling', ['Put', 'Enable']],
])

/** HEAD answers without a body, so that `Forbidden` is all that is said of a bucket or an object that is looked for. */
function s3Call(
  verb: string,
  words: readonly string[],
  id: string | undefined,
  aspect: string,
): TerraformCall | undefined {
  // `putting S3 policy`: without its noun, it is an aspect of a bucket.
  const [kind = '', ...more] = /^(?:bucket|object)$/i.test(words[0] ?? '') ? words : ['bucket', ...words]
  const isObject = kind.toLowerCase() === 'object'
  const place = !isObject && id !== undefined && BUCKET.test(id) ? placeOf(id) : undefined
  const what = [...more, ...aspect.split(/[ -]/)]
    .filter((one) => one !== '')
    .map(capitalized)
    .join('')
  if (what === '' && (verb === 'reading' || verb === 'getting'))
    return { operation: isObject ? 'HeadObject' : 'HeadBucket', service: 's3', place }
  const operation = (VERBS.get(verb) ?? [])
    .flatMap((one) => s3Names(isObject ? `Object${what}` : what).map((name) => `${one}${name}`))
    .find((name) => s3Actions(name) !== undefined)
  return operation === undefined ? undefined : { operation, service: 's3', place }
}

/** How S3 may name what Terraform calls by other words: `server side encryption configuration`, `public access block policy`. */
const s3Names = (what: string): readonly string[] =>
  [what, what.replace(/^ServerSide/, ''), what.replace(/(?:Policy|Configuration|Rules?)$/, '')]
    .filter((one) => one !== '')
    .concat(what === '' ? [''] : [])
    .flatMap((one) => (/^Object(?!Lock|Ownership)/.test(one) ? [one] : [`Bucket${one}`, one]))

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const placeOf = (bucket: string): S3Location => ({ bucket, key: null, text: bucket, partition: 'aws' })
const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

import { canonicalAction } from '#iam/facts/actions.ts'
import type { S3Location } from './s3-location.ts'

/** The call behind the words in which Terraform and OpenTofu say what they were doing, where the error names no operation. */
export interface TerraformCall {
  readonly operation: string
  readonly service: string
  readonly place: S3Location | undefined
}

/** `error reading S3 Bucket (b): Forbidden: `, `creating Security Group (web): UnauthorizedOperation: `; the code may follow. */
const WORDS =
  /\b(?:[Ee]rror )?(?<verb>reading|getting|listing|describing|creating|putting|setting|updating|modifying|deleting|attaching|enabling) (?:Amazon |AWS )?(?<noun>[A-Z][A-Za-z0-9]{1,30}(?: [A-Za-z0-9]{1,30}){0,4}?)(?: for)?(?: ?\((?<id>[^()\n]{1,300})\)| (?<name>[a-z0-9][a-z0-9.-]{2,62}))?(?: (?<aspect>[A-Za-z][A-Za-z ]{1,60}?))?:\s{1,4}(?:[A-Z]\w{2,60}:?\s{0,4}){0,2}$/

export function terraformCall(left: string): TerraformCall | undefined {
  const match = WORDS.exec(left.slice(-700))
  if (match === null) return undefined
  const { verb = '', noun = '', id, name, aspect = '' } = match.groups ?? {}
  const words = noun.split(' ')
  if (words[0] === 'S3') return s3Call(verb, words.slice(1), id ?? name, aspect)
  const object = words.map(capitalized).join('')
  for (const operation of (VERBS.get(verb) ?? []).flatMap((one) => [`${one}${object}`, `${one}${object}s`])) {
    const action = canonicalAction(`ec2:${operation}`)
    if (action !== undefined) return { operation: action.slice('ec2:'.length), service: 'ec2', place: undefined }
  }
  return undefined
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
  const [kind = '', ...more] = words.map((word) => word.toLowerCase())
  const isObject = kind === 'object'
  const place = !isObject && id !== undefined && BUCKET.test(id) ? placeOf(id) : undefined
  const what = [...more, ...aspect.split(' ')]
    .filter((one) => one !== '')
    .map(capitalized)
    .join('')
  if (kind !== 'bucket' && !isObject) return undefined
  if (what === '' && (verb === 'reading' || verb === 'getting'))
    return { operation: isObject ? 'HeadObject' : 'HeadBucket', service: 's3', place }
  const object = `${isObject ? 'Object' : 'Bucket'}${what}`
  for (const operation of VERBS.get(verb) ?? []) {
    const action = canonicalAction(`s3:${operation}${object}`)
    if (action !== undefined) return { operation: action.slice('s3:'.length), service: 's3', place }
  }
  return undefined
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const placeOf = (bucket: string): S3Location => ({ bucket, key: null, text: bucket, partition: 'aws' })
const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

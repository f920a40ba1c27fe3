import type { S3Location } from '../wrapper/s3-location.ts'
import { ofPath } from '../wrapper/s3-location.ts'
import { shellWords } from './shell-words.ts'

/** A command of the AWS CLI in a text: which operation it asks for, on what, and as whom. */
export interface AwsCommand {
  /** Where it stands in the text. */
  readonly at: number
  /** As the CLI names it: `s3api`, `secretsmanager`; `s3` for the commands of a higher level. */
  readonly service: string
  /** `put-object`; of `s3` the command: `cp`. */
  readonly command: string
  readonly options: ReadonlyMap<string, string>
  /** Words that are no options. */
  readonly words: readonly string[]
}

const MAX_COMMANDS = 50

/** A line that begins so, behind the prompt of a shell, a `+` of `set -x` or settings in the environment. */
const START =
  /^[ \t]{0,40}(?:(?:(?:\[?[\w.-]{1,60}@[\w.-]{1,100}(?:[: ][^\n$#%]{0,120})?|(?:ba)?sh-\d[\d.]{0,6}|PS [^\n>]{0,200}|[A-Z]:\\[^\n>]{0,200}|[~/][^\s$#%>]{0,120}[ \t]{0,2})?[$#%>]|\+{1,4}|Run|Command:?)[ \t]{1,4})?(?:[A-Z_][A-Z0-9_]{0,60}=\S{0,300}[ \t]{1,4}){0,6}(?:sudo[ \t]{1,4})?aws[ \t]/
const ENTERED = 'Arguments entered to CLI: '

/** Every command line of the AWS CLI in a text, first to last, those that `--debug` prints included. */
export function awsCommands(text: string): readonly AwsCommand[] {
  const found: AwsCommand[] = []
  for (let at = nextAws(text, 0); at >= 0 && found.length < MAX_COMMANDS; at = nextAws(text, at + 4)) {
    const start = text.lastIndexOf('\n', at) + 1
    if (at - start > 600 || !START.test(text.slice(start, at + 5))) continue
    const command = commandOf(shellWords(withoutBreaks(text.slice(at, at + 4096))), at)
    if (command !== undefined) found.push(command)
  }
  return [...found, ...enteredCommands(text)].sort((a, b) => a.at - b.at)
}

function nextAws(text: string, from: number): number {
  for (let at = text.indexOf('aws ', from); at >= 0; at = text.indexOf('aws ', at + 4))
    if (at === 0 || /[\s;&|(]/.test(text[at - 1] ?? '')) return at
  return -1
}

/** A line that goes on is one; a cleaned text has lost its backslashes. */
const withoutBreaks = (text: string): string => text.replaceAll(/(?:\\\r?\n[ \t]{0,80}|\n(?=--[a-z]))/g, ' ')

/** `Arguments entered to CLI: ['s3api', 'put-object', '--bucket', 'b']`, which `--debug` prints. */
function enteredCommands(text: string): readonly AwsCommand[] {
  const found: AwsCommand[] = []
  for (let at = text.indexOf(ENTERED); at >= 0 && found.length < MAX_COMMANDS; at = text.indexOf(ENTERED, at + 1)) {
    const list = /^\[([^\n]{0,4000})\]/.exec(text.slice(at + ENTERED.length, at + ENTERED.length + 4100))?.[1]
    const words = [...(list ?? '').matchAll(/'([^'\n]{0,1500})'|"([^"\n]{0,1500})"/g)].map(([, a, b]) => a ?? b ?? '')
    const command = commandOf(['aws', ...words], at)
    if (command !== undefined) found.push(command)
  }
  return found
}

/** Options of the AWS CLI that take no value. */
const FLAGS: ReadonlySet<string> = new Set([
  'debug',
  'no-verify-ssl',
  'no-paginate',
  'no-sign-request',
  'no-cli-pager',
  'recursive',
  'dryrun',
  'quiet',
  'delete',
  'human-readable',
  'summarize',
  'only-show-errors',
  'with-decryption',
])

/** The command of an `aws` with its words, the name of the program first; undefined: it is none. */
export function commandOf(all: readonly string[], at = 0): AwsCommand | undefined {
  const options = new Map<string, string>()
  const words: string[] = []
  for (let i = 1; i < all.length; i++) {
    const word = all[i] ?? ''
    const name = /^--([a-z0-9][a-z0-9-]{0,60})(?:=(.*))?$/s.exec(word)
    if (name === null) words.push(word)
    else if (name[2] !== undefined) options.set(name[1] ?? '', name[2])
    else if (!FLAGS.has(name[1] ?? '') && all[i + 1]?.startsWith('--') === false)
      options.set(name[1] ?? '', all[++i] ?? '')
    else options.set(name[1] ?? '', '')
  }
  const [service, command, ...rest] = words
  if (service === undefined || command === undefined || !/^[a-z][a-z0-9-]{1,40}$/.test(service)) return undefined
  if (!/^[a-z][a-z0-9-]{1,60}$/.test(command)) return undefined
  return { at, service, command, options, words: rest }
}

/** `put-object` → `putobject`, to be compared with the name of an operation in small letters. */
export const operationOf = ({ command }: AwsCommand): string => command.replaceAll('-', '')

/**
 * Bucket and key that a command of `aws s3` or `aws s3api` asks for, by the operation that was refused: of a copy the
 * source that is read, or the target.
 */
export function s3PlaceOf({ service, command, words, options }: AwsCommand, action: string): S3Location | undefined {
  if (service === 's3api') {
    const [bucket, key] = [options.get('bucket'), options.get('key')]
    return bucket === undefined ? undefined : ofPath(key === undefined ? bucket : `${bucket}/${key}`, bucket, 'aws')
  }
  if (service !== 's3') return undefined
  const paths = words.filter((word) => word.startsWith('s3://'))
  const isWrite = /^s3:(?:Put|Abort)/.test(action)
  const target = words.at(-1)?.startsWith('s3://') === true ? words.at(-1) : undefined
  const path = command === 'rm' || command === 'ls' ? paths[0] : isWrite ? target : paths[0]
  const place = path === undefined ? undefined : ofPath(path.slice('s3://'.length), path, 'aws')
  if (place === undefined || place.key === null) return place
  // What is below a prefix has names of its own.
  const isWhole = command === 'cp' || command === 'mv' || command === 'rm'
  if (options.has('recursive') || command === 'sync' || !isWhole) return { ...place, key: null }
  return place.key.endsWith('/') ? { ...place, key: isWrite ? keyIn(place.key, words[0]) : null } : place
}

/**
 * Prefix and delimiter of the listing that a command of `aws s3` or `aws s3api` asks for; null: not sent. Undefined: it asks for none, or
 * for those of two buckets. https://docs.aws.amazon.com/cli/latest/reference/s3/ls.html
 */
export function listingOf({
  service,
  command,
  words,
  options,
}: AwsCommand): { readonly prefix: string | null; readonly delimiter: string | null } | undefined {
  if (service === 's3api')
    return /^list-objects(?:-v2)?$/.test(command)
      ? { prefix: options.get('prefix') ?? null, delimiter: options.get('delimiter') ?? null }
      : undefined
  const [path, ...others] = words.filter((word) => word.startsWith('s3://'))
  if (service !== 's3' || path === undefined || others.length > 0) return undefined
  const place = ofPath(path.slice('s3://'.length), path, 'aws')
  const key = place?.key ?? ''
  if (command === 'ls') return { prefix: key, delimiter: options.has('recursive') ? null : '/' }
  const isFolder = command === 'sync' || (['cp', 'mv', 'rm'].includes(command) && options.has('recursive'))
  // Only sync lists a target.
  if (!isFolder || (command !== 'sync' && words[0] !== path)) return undefined
  return { prefix: key === '' || key.endsWith('/') ? key : `${key}/`, delimiter: null }
}

/** `aws s3 cp dir/app.zip s3://b/releases/` writes releases/app.zip. */
function keyIn(folder: string, source: string | undefined): string | null {
  const name = source?.split('/').at(-1)
  return name === undefined || name === '' || name === '.' ? null : `${folder}${name}`
}

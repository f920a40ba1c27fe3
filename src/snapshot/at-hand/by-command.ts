import { parseArn } from '#iam/arn.ts'
import type { Content, Owner, Piece } from './piece.ts'

/** The command of the AWS CLI above an output: `aws s3api get-bucket-policy --bucket NAME`. */
export interface PrintedBy {
  readonly service: string
  readonly command: string
  readonly options: ReadonlyMap<string, string>
}

/** The pieces of an output with what the command above it says: whose policy, or of which resource, it is. */
export const byCommand = (pieces: readonly Piece[], command: PrintedBy): readonly Piece[] =>
  pieces.map((piece) => ({ ...contentBy(piece, command), file: piece.file, form: piece.form }))

function contentBy(piece: Content, command: PrintedBy): Content {
  const { options } = command
  switch (piece.is) {
    case 'attached':
    case 'inline-names':
    case 'groups': {
      const owner = ownerIn(options)
      return owner === undefined ? piece : { ...piece, owner }
    }
    case 'identity-policy': {
      const arn = options.get('policy-arn')
      if (piece.managed !== true || arn === undefined || parseArn(arn) === undefined) return piece
      return { ...piece, policy: { ...piece.policy, name: arn.slice(arn.lastIndexOf('/') + 1), arn } }
    }
    case 'resource':
      return ofNamedResource(settingBy(piece, command), options)
    default:
      return piece
  }
}

function ownerIn(options: PrintedBy['options']): Owner | undefined {
  for (const kind of ['role', 'user', 'group'] as const) {
    const name = options.get(`${kind}-name`)
    if (name !== undefined && name !== '') return { kind, name }
  }
  return undefined
}

type OfResource = Extract<Content, { readonly is: 'resource' }>

/** Outputs that two commands print alike: of an object and its bucket, of an account and a bucket. */
function settingBy(piece: OfResource, { service, command }: PrintedBy): OfResource {
  const rename = RENAMED.get(`${service} ${command}`)
  if (rename === undefined || piece.attributes === undefined) return piece
  const attributes = Object.entries(piece.attributes).map(([name, value]) => [rename.get(name) ?? name, value])
  return { ...piece, attributes: Object.fromEntries(attributes) }
}

const RENAMED: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['s3api get-object-acl', new Map([['acl', 'objectAcl']])],
  ['s3control get-public-access-block', new Map([['blockPublicAccess', 'accountBlockPublicAccess']])],
])

/** Options that name the resource by its ARN or, with the word before the dash, by its name. */
const ARN_OPTIONS = ['resource-arn', 'arn', 'topic-arn', 'stream-arn', 'function-name', 'secret-id', 'key-id']
const NAME_OPTIONS =
  'function-name key-id repository-name queue-url vault-name container-name event-bus-name table-name stream-name'.split(
    ' ',
  )

function ofNamedResource(piece: OfResource, options: PrintedBy['options']): OfResource {
  if (piece.arn !== undefined || piece.name !== undefined) return piece
  const bucket = options.get('bucket')
  if (piece.kind === 'bucket' && bucket !== undefined && bucket !== '')
    return { ...piece, arn: bucket.startsWith('arn:') ? bucket : `arn:${partitionOf(options)}:s3:::${bucket}` }
  const arn = ARN_OPTIONS.map((name) => options.get(name)).find((text) => text?.startsWith('arn:') === true)
  if (arn !== undefined) return { ...piece, arn }
  const name = NAME_OPTIONS.map((option) => options.get(option)).find((text) => text !== undefined && text !== '')
  return name === undefined || name.startsWith('alias/')
    ? piece
    : { ...piece, name: name.slice(name.lastIndexOf('/') + 1) }
}

const partitionOf = (options: PrintedBy['options']): string => {
  const region = options.get('region') ?? ''
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

import type { Assumption } from '#engine/decision.ts'
import { parseArn } from '#iam/arn.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { Piece } from './piece.ts'

type OfResource = Extract<Piece, { readonly is: 'resource' }>

/** Files with what the others say about them, and what was assumed to bind them (R-EVID-13). */
export interface BoundPieces {
  readonly pieces: readonly Piece[]
  readonly assumptions: readonly Assumption[]
}

/**
 * Binds key policies, which name no key, to the key that another file or the request names, if it is the only one. An alias or
 * a bare id in the settings of a bucket, queue or topic names that key, too.
 */
export function withKeysBound(pieces: readonly Piece[], scenario: Scenario): BoundPieces {
  const { resource } = scenario.request
  const keys = [...new Set([...pieces.flatMap(keysNamedIn), ...[resource ?? []].flat().filter(isKeyArn)])]
  const [key] = keys
  const open = pieces.filter(isOpenKey)
  if (key === undefined || keys.length > 1) return { pieces, assumptions: [] }
  const encrypted = encryptedWith(key, pieces, scenario)
  return {
    pieces: [...encrypted.pieces, ...pieces].map((piece) => {
      if (piece.is !== 'resource') return piece
      const bound = isOpenKey(piece) ? { ...piece, arn: key } : piece
      return namesOpenKey(piece, key) ? { ...bound, attributes: withKey(piece.attributes, key) } : bound
    }),
    assumptions: [
      ...open.map(({ file }) => ({
        fact: `key of ${file}`,
        value: key,
        from: 'it is the only key that the evidence names',
        ifWrong: 'it is the policy of another key: aws kms describe-key --key-id KEY beside it says which',
      })),
      ...encrypted.assumptions,
    ],
  }
}

/** The one role whose trust policy was given; undefined: there is none, or several. */
export function onlyTrust(pieces: readonly Piece[]): { readonly arn?: string; readonly trust: Policy } | undefined {
  const found = pieces.flatMap((piece) => {
    if (piece.is === 'principal' && piece.trust !== undefined)
      return [{ ...arnOf(piece.owner.arn), trust: piece.trust }]
    const isTrust = piece.is === 'resource' && piece.kind === 'trust'
    return isTrust && piece.policy ? [{ ...arnOf(piece.arn), trust: piece.policy }] : []
  })
  return found.length === 1 ? found[0] : undefined
}

const arnOf = (arn: string | undefined) => (arn === undefined ? {} : { arn })

/** The setting that names the key of a resource, by service. */
const SETTING_OF: ReadonlyMap<string, (typeof KEY_SETTINGS)[number]> = new Map([
  ['s3', 'sseKmsKeyArn'],
  ['sqs', 'kmsKeyArn'],
  ['sns', 'kmsKeyArn'],
  ['secretsmanager', 'kmsKeyArn'],
])

/** Who gives a key beside a call on a resource that can have one, and no setting of it, means the key of that resource. */
function encryptedWith(
  key: string,
  pieces: readonly Piece[],
  { request, policies, resources = [] }: Scenario,
): BoundPieces {
  const [asked] = [request.resource ?? []].flat()
  const holder = asked === undefined ? undefined : policyHolderArns(asked).at(-1)
  const setting = SETTING_OF.get(request.action.split(':')[0]?.toLowerCase() ?? '')
  const given = pieces.find((piece) => piece.is === 'resource' && piece.kind === 'key')
  const isKnown = [
    policies?.serviceGuards,
    ...resources.map(({ attributes }) => attributes),
    ...pieces.map((piece) => (piece.is === 'resource' ? piece.attributes : undefined)),
  ].some(
    (attributes) =>
      attributes !== undefined && attributes !== null && KEY_SETTINGS.some((name) => attributes[name] !== undefined),
  )
  if (holder === undefined || setting === undefined || given === undefined || isKnown || parseArn(holder) === undefined)
    return { pieces: [], assumptions: [] }
  const { file, form } = given
  return {
    pieces: [{ is: 'resource', arn: holder, attributes: { [setting]: key }, file, form }],
    assumptions: [
      {
        fact: `KMS key of ${holder}, from ${file}`,
        value: key,
        from: 'the key was given beside the denial, and no file says how the resource is encrypted',
        ifWrong:
          'the call needs no permission on this key: give the settings of the resource, such as aws s3api get-bucket-encryption',
      },
    ],
  }
}

const isKeyArn = (text: string): boolean => {
  const arn = parseArn(text)
  return arn?.service === 'kms' && arn.resource.startsWith('key/')
}

/** Settings that name the key of a resource. */
const KEY_SETTINGS = ['sseKmsKeyArn', 'kmsKeyArn'] as const

function keysNamedIn(piece: Piece): readonly string[] {
  if (piece.is !== 'resource') return []
  const set = KEY_SETTINGS.map((name) => piece.attributes?.[name])
  return [piece.arn, ...set].filter((text) => typeof text === 'string').filter(isKeyArn)
}

const isOpenKey = (piece: Piece): boolean => piece.is === 'resource' && piece.kind === 'key' && piece.arn === undefined

/** Whether a setting names a key by an alias of the account's own, or by the id of `key`. */
const namesOpenKey = (piece: Piece, key: string): boolean =>
  piece.is === 'resource' && KEY_SETTINGS.some((name) => isOtherName(piece.attributes?.[name], key))

function isOtherName(value: unknown, key: string): boolean {
  if (typeof value !== 'string' || isKeyArn(value)) return false
  const name = value.startsWith('arn:') ? (parseArn(value)?.resource ?? '') : value
  return name.startsWith('alias/') ? !name.startsWith('alias/aws/') : name !== '' && key.endsWith(`:key/${name}`)
}

const withKey = (attributes: OfResource['attributes'], key: string): NonNullable<OfResource['attributes']> =>
  Object.fromEntries(
    Object.entries(attributes ?? {}).map(([name, value]) =>
      KEY_SETTINGS.some((setting) => setting === name) && isOtherName(value, key) ? [name, key] : [name, value],
    ),
  )

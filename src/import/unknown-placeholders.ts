import { isObject, textField } from '#snapshot/fields.ts'
import type { SnapshotFiles } from '#snapshot/snapshot.ts'
import { isUnknownPolicyArn, type Unread } from './draft.ts'
import { OPEN_KEY, OPEN_TEXT } from '#iam/open-value.ts'
import { unsealed } from './seal.ts'

/** What names a thing in a snapshot's files, from the outside in: a role and its policy, or a resource. */
const NAMES = ['arn', 'UserName', 'RoleName', 'GroupName', 'PolicyName', 'VpcEndpointId']

/**
 * Policies that the files hold only in part: where, and what of them the source leaves open. Each is said once, in the
 * order of the files.
 */
export function unknownPlaceholders(files: SnapshotFiles): readonly Unread[] {
  const found = new Map<string, Unread>()
  for (const [file, text] of files) {
    if (!text.includes(OPEN_TEXT) && !text.includes(OPEN_KEY)) continue
    for (const one of openIn(JSON.parse(text), [file])) found.set(`${one.where}\n${one.why}`, one)
  }
  return [...found.values()]
}

function openIn(value: unknown, path: readonly string[]): readonly Unread[] {
  if (typeof value === 'string') return value.startsWith(OPEN_TEXT) ? [open(path, bare(value))] : []
  if (Array.isArray(value)) return value.flatMap((one) => openIn(one, path))
  if (!isObject(value)) return []
  const name = NAMES.map((field) => textField(value, field)).find((one) => one !== undefined)
  const inner = name === undefined ? path : [...path, name]
  const boundary = textField(value, 'PermissionsBoundaryArn') ?? ''
  if (isUnknownPolicyArn(boundary)) return [open(inner, bare(boundary.slice(boundary.indexOf(OPEN_TEXT))))]
  return Object.entries(value).flatMap(([key, one]) =>
    key.startsWith(OPEN_KEY) && typeof one === 'string' ? [open(inner, openBy(unsealed(one)))] : openIn(one, inner),
  )
}

/** The file says nothing that the names in it do not say. */
const open = ([file = '', ...names]: readonly string[], what: string): Unread => ({
  where: names.length === 0 ? file : names.join(', '),
  why: `${what} is not known`,
})

const openBy = (words: string): string =>
  words.endsWith(' fits') ? words.slice(0, -' fits'.length) : `whether ${words}`

const bare = (text: string): string => unsealed(text.slice(OPEN_TEXT.length).replace(/\)$/, '')).trim()

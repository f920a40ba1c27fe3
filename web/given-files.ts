import type { FileAs, FileBeside, FileRead } from '#http/wire.ts'

/** The kinds of policy that a file can be said to be, in the words of AWS. */
export const KINDS: readonly (readonly [as: FileAs, words: string])[] = [
  ['identity-policy', 'policy of the caller'],
  ['resource-policy', 'policy of the resource'],
  ['trust-policy', 'trust policy of the role'],
  ['boundary', 'permissions boundary'],
  ['session-policy', 'session policy'],
  ['scp', 'service control policy'],
  ['rcp', 'resource control policy'],
  ['endpoint-policy', 'VPC endpoint policy'],
]

/** What became of a file, in a few words, and whether it counts. */
export function outcomeWords(read: FileRead | undefined): { readonly words: string; readonly counts: boolean } {
  if (read === undefined) return { words: 'not read yet', counts: true }
  if (read.error !== undefined) return { words: withoutName(read.error.message, read.name), counts: false }
  if (read.readAs === 'evidence') return { words: 'read as evidence', counts: true }
  const form = read.readAs ?? ''
  if (form.startsWith('--')) return { words: 'taken for what you said', counts: true }
  return read.used === false
    ? { words: `read as ${form}; it bears on nothing here`, counts: true }
    : { words: `read as ${form}`, counts: true }
}

/** The file's name stands before its outcome. */
const withoutName = (message: string, name: string): string =>
  message.startsWith(`\`${name}\` `) ? message.slice(name.length + 3) : message

/** A scenario holds its own policies: beside it no snapshot is meant. The service reads it; this only looks. */
export function looksLikeScenario(text: string): boolean {
  if (!/^\s{0,99}\{/.test(text)) return /^(?:request|policies)\s{0,4}:/m.test(text)
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>
    return ['request', 'policies'].some((name) => typeof value[name] === 'object')
  } catch {
    return false
  }
}

/** The files with more of them; one of the same name and text is there already. */
export const withFiles = (files: readonly FileBeside[], more: readonly FileBeside[]): readonly FileBeside[] => [
  ...files,
  ...more.filter(({ name, text }) => !files.some((one) => one.name === name && one.text === text)),
]

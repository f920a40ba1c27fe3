import type { ContextValue } from '#iam/request.ts'
import { UserError } from '../errors.ts'

/** `--context KEY=VALUE …`: everything after the first `=` is the value, without one the key was absent; a key that comes again makes a list. */
export function contextOf(words: readonly string[]): Readonly<Record<string, ContextValue>> | undefined {
  if (words.length === 0) return undefined
  const values = new Map<string, { readonly name: string; readonly values: string[] }>()
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1)
      throw new UserError(
        'usage/not-a-value',
        `\`--context ${word}\` has no ${at === 0 ? 'key' : 'value'}`,
        at === 0
          ? 'write `--context KEY=VALUE`'
          : `write \`--context ${word}=VALUE\`, or \`--context ${word}=\` where the request had no such key`,
      )
    // Condition keys are compared without case.
    const name = word.slice(0, at)
    const known = values.get(name.toLowerCase()) ?? { name, values: [] }
    known.values.push(word.slice(at + 1))
    values.set(name.toLowerCase(), known)
  }
  return Object.fromEntries([...values.values()].map(({ name, values: all }) => [name, valueOf(name, all)]))
}

function valueOf(name: string, values: readonly string[]): ContextValue {
  const [only = ''] = values
  if (values.length > 1 && values.includes(''))
    throw new UserError(
      'usage/conflicting-options',
      `\`--context ${name}=\` says that there was no such key, and another says its value`,
      'give one of the two',
    )
  return values.length > 1 ? values : only === '' ? null : only
}

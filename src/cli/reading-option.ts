import { DISPUTES } from '#iam/disputed.ts'
import { DISPUTE_NAMES, isChoice, isDisputeName, type SomeReadings } from '#iam/readings.ts'
import { UserError } from '../errors.ts'
import { nearest } from './nearest.ts'

/**
 * `--reading NAME=VALUE …`, or the same with commas between them in the environment: other readings of disputed rules
 * (docs/disputed.md). The same name twice is an error, for one of the two would be lost.
 */
export function readingsOf(words: readonly string[]): SomeReadings | undefined {
  const found = new Map<string, string>()
  for (const word of words.flatMap((word) => word.split(',')).map((one) => one.trim())) {
    if (word === '') continue
    const at = word.indexOf('=')
    const name = at < 0 ? word : word.slice(0, at)
    const choice = at < 0 ? '' : word.slice(at + 1)
    if (!isDisputeName(name)) throw unknownName(name)
    if (!isChoice(name, choice)) throw unknownChoice(name, choice)
    if (found.has(name))
      throw new UserError('usage/conflicting-options', `\`--reading ${name}\` is given twice`, 'give it once')
    found.set(name, choice)
  }
  return found.size === 0 ? undefined : (Object.fromEntries(found) as SomeReadings)
}

function unknownName(name: string): UserError {
  const near = nearest(name, DISPUTE_NAMES)
  return new UserError(
    'usage/not-a-value',
    `\`--reading\` knows no disputed rule \`${name}\``,
    near === undefined ? 'docs/disputed.md lists them' : `did you mean \`${near}\`?`,
  )
}

function unknownChoice(name: keyof typeof DISPUTES, choice: string): UserError {
  const { choices } = DISPUTES[name]
  const near = nearest(choice, choices)
  const listed = choices.map((choice) => `\`${choice}\``).join(', ')
  return new UserError(
    'usage/not-a-value',
    choice === '' ? `\`--reading ${name}\` has no value` : `\`--reading ${name}\` cannot be \`${choice}\``,
    near === undefined ? `it is one of ${listed}` : `did you mean \`${name}=${near}\`? It is one of ${listed}`,
  )
}

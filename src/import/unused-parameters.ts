import { nearestOf } from '#iam/nearest-name.ts'
import type { NotImported } from './imported.ts'

/** Enough to see what they are like. */
const SHOWN = 10

/**
 * A value that is given for something which the source does not have, as `aws cloudformation deploy` refuses it: what it was
 * meant for would stay open without a word.
 */
export function unusedParameter(
  given: Iterable<string>,
  known: readonly string[],
  isKnown: (name: string) => boolean = () => false,
): NotImported | undefined {
  const names = new Set(known)
  for (const name of given) {
    if (names.has(name) || isKnown(name)) continue
    const near = nearestOf(name, known)
    const some = known.slice(0, SHOWN).map((one) => `\`${one}\``)
    const more = known.length > SHOWN ? ' …' : ''
    return {
      problem: `\`--parameters\` gives \`${name}\`, and there is nothing of that name in it`,
      hint:
        near !== null
          ? `did you mean \`${near}\`?`
          : known.length === 0
            ? 'leave `--parameters` out: nothing in it takes one'
            : `it takes ${some.join(', ')}${more}`,
      isMisused: true,
    }
  }
  return undefined
}

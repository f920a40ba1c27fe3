import type { PolicyLayer } from '#iam/layers.ts'
import type { Operation } from './operation.ts'

/**
 * What IAM, STS and KMS do not save in a policy (R-GRAM-07). https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
const NOT_SAVED = /[^\t\n\r\u0020-\u00FF]/gu

/** Returns a pattern that can be saved: `?` stands for each character that cannot (R-GRAM-08). */
export const savablePattern = (pattern: string): string => pattern.replaceAll(NOT_SAVED, '?')

/** Said of a change that has such wildcards. */
export const WILDCARDS = ', with `?` for each character that IAM does not save in a policy'

/** Whether a policy with the value can be saved wherever it is: `true` and `3600` have no such character. */
const isSavedEverywhere = (value: unknown): boolean => typeof value !== 'string' || value.search(NOT_SAVED) < 0

const OF_IAM: ReadonlySet<PolicyLayer> = new Set(['identity-policy', 'permissions-boundary', 'session-policy'])

/** Whether the service saves a policy with what the operations put in it. */
export function isSavable(
  { layer, kind }: { readonly layer: PolicyLayer; readonly kind?: string | undefined },
  operations: readonly Operation[],
): boolean {
  if (!OF_IAM.has(layer) && kind !== 'trust' && kind !== 'key') return true
  return operations.every(
    (operation) => operation.op === 'remove' || isSavedEverywhere(JSON.stringify(operation.value)),
  )
}

type Block = Readonly<Record<string, string | readonly string[]>>

/**
 * Returns conditions that can be saved: `?` under an operator that takes wildcards, with the other wildcards of an exact text written as
 * characters. What no such operator says stays, and cannot be saved.
 */
export function savableConditions(conditions: Readonly<Record<string, Block>>): Readonly<Record<string, Block>> {
  const saved: Record<string, Record<string, string | readonly string[]>> = {}
  for (const [operator, block] of Object.entries(conditions))
    for (const [key, value] of Object.entries(block)) {
      const isSaved = [value].flat().every(isSavedEverywhere)
      const to = isSaved ? operator : operator.replace(/StringEquals(?!Ignore)/i, 'StringLike')
      const isExact = to !== operator
      const write = (text: string): string =>
        savablePattern(isExact ? text.replaceAll(/[*?]/g, (wild) => `\${${wild}}`) : text)
      const written =
        isSaved || !/(?:like|^arnequals)/i.test(to)
          ? value
          : typeof value === 'string'
            ? write(value)
            : value.map(write)
      saved[to] = { ...saved[to], [key]: written }
    }
  return saved
}

import type { ConditionLine } from '#iam/condition/condition.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { variablesOf } from '#iam/variables.ts'

/** Each is one more asker for every class of actions. */
const MAX_NAMES = 4

/**
 * Names of users that make or break what `${aws:username}` is filled into: the texts that stand beside it, in other resources and
 * among the values of the same key. Nobody made up is called so.
 */
export function namesAtHand(patterns: readonly ResourcePattern[], lines: readonly ConditionLine[]): readonly string[] {
  if (!patterns.some(holdsName) && !lines.some(lineHoldsName)) return NO_NAMES
  const texts: string[] = []
  if (patterns.some(holdsName))
    for (const pattern of patterns)
      if (pattern.kind === 'arn' && pattern.rest.constant) texts.push(...pattern.rest.source.split(':').slice(-1))
  const keys = new Set(lines.filter(lineHoldsName).map(({ key }) => key.toLowerCase()))
  for (const { key, values } of lines)
    if (keys.has(key.toLowerCase()))
      for (const { template } of values) if (template.constant) texts.push(template.source)
  const names = new Set(texts.flatMap((text) => text.split('/')).filter((text) => USER_NAME.test(text)))
  return [...names].slice(0, MAX_NAMES)
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
const USER_NAME = /^[\w+=,.@-]{1,64}$/

const NO_NAMES: readonly string[] = []
const isName = (key: string): boolean => key.toLowerCase() === 'aws:username'
const holdsName = (pattern: ResourcePattern): boolean =>
  pattern.kind === 'arn' && !pattern.rest.constant && variablesOf(pattern.rest).some(isName)
const lineHoldsName = ({ values }: ConditionLine): boolean =>
  values.some(({ template }) => !template.constant && variablesOf(template).some(isName))

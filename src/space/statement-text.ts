import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'
import type { PolicyPlace } from '#iam/resource.ts'

/**
 * A text that two statements share only if no request tells them apart: elements as lists without order or repeats,
 * names that AWS compares without case in lower case. Statements that differ in it may still mean the same.
 */
export function statementText(statement: Statement, version: string, place: PolicyPlace): string {
  const resources = statement.resources?.map((pattern) => pattern.source)
  return JSON.stringify([
    place,
    statement.effect,
    statement.actionElement,
    unordered(statement.actionSource.map((text) => text.toLowerCase())),
    statement.resourceElement,
    resources === undefined ? null : unordered(resources),
    versionOf(resources ?? [], version),
    statement.principalElement,
    statement.principalSource,
    unordered(statement.conditions.map((line) => lineText(line, version))),
  ])
}

/** The text of one line of a condition: equal for lines that say the same. */
export function lineText({ operator, key, values }: ConditionLine, version: string): string {
  const [name, own] = [operator.toLowerCase(), key.toLowerCase()]
  const head = `${name.length} ${own.length} ${name} ${own}`
  const [only] = values
  if (values.length === 1 && only !== undefined && only.template.constant && !only.template.source.includes('${'))
    return `${head} ${only.template.source}`
  const texts = unordered(values.map(({ template }) => template.source))
  return `${head}${JSON.stringify([texts, versionOf(texts, version)])}`
}

/** The version where it decides what `${` means (R-GRAM-03). */
const versionOf = (texts: readonly string[], version: string): string =>
  texts.some((text) => text.includes('${')) ? version : ''

const unordered = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted()

import type { ConditionLine } from '#iam/condition/condition.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { type Template, variablesOf } from '#iam/variables.ts'
import { lineText } from '#space/statement-text.ts'
import { hasVariable } from '#space/key-classes.ts'

/** An atom that a statement asks of the context: a condition line, or that a resource pattern with a variable holds. */
export interface Atom {
  readonly line: ConditionLine | undefined
  readonly pattern: ResourcePattern | undefined
  /** Keys it looks at, in lower case; of a line its own first. */
  readonly keys: readonly string[]
  /** Keys whose value is filled in. */
  readonly variables: readonly string[]
  /** Whether a text stands in where one of them is absent. */
  readonly hasDefault: boolean
}

/** Atoms by number, each once whatever statements it stands in. */
export class Atoms {
  readonly list: Atom[] = []
  private readonly numbers = new Map<string, number>()

  line(line: ConditionLine, version: string): number {
    const variables = hasVariable(line)
      ? line.values.flatMap(({ template }) => variablesOf(template)).map((key) => key.toLowerCase())
      : []
    return this.number(lineText(line, version), {
      line,
      pattern: undefined,
      keys: [line.key.toLowerCase(), ...variables],
      variables,
      hasDefault: variables.length > 0 && line.values.some(({ template }) => holdsDefault(template)),
    })
  }

  pattern(pattern: ResourcePattern): number {
    const variables = pattern.kind === 'arn' ? variablesOf(pattern.rest).map((key) => key.toLowerCase()) : []
    return this.number(pattern.source, {
      line: undefined,
      pattern,
      keys: variables,
      variables,
      hasDefault: pattern.kind === 'arn' && holdsDefault(pattern.rest),
    })
  }

  /** Number of an atom that no context settles: a principal named by an id that is in no request. */
  never(text: string): number {
    return this.number(text, { line: undefined, pattern: undefined, keys: [], variables: [], hasDefault: false })
  }

  private number(text: string, atom: Atom): number {
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.list.length)
    return this.list.push(atom) - 1
  }
}

const holdsDefault = ({ parts }: Template): boolean =>
  parts.some((part) => part.kind === 'variable' && part.fallback !== undefined)

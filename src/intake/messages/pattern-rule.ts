import type { MessageRule, ParsedMessage } from './rule.ts'

type Groups = Readonly<Record<string, string | undefined>>

interface PatternRule extends Omit<MessageRule, 'read'> {
  /** Runs on a window of at most 8 KB with line breaks as spaces; every quantifier in it is bounded. */
  readonly pattern: RegExp
  readonly fields: (groups: Groups) => Omit<ParsedMessage, 'span'>
}

/** A rule for a message without the usual sentence: one expression over the window. */
export function patternRule({ pattern, fields, ...rule }: PatternRule): MessageRule {
  return {
    ...rule,
    read: ({ text }) => {
      const match = pattern.exec(text.replaceAll('\n', ' '))
      if (match === null) return undefined
      return { span: [match.index, match.index + match[0].length], ...fields(match.groups ?? {}) }
    },
  }
}

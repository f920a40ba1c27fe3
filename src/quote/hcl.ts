import { codeOf, hex, withoutHidden } from './hidden.ts'

/**
 * A text of HCL: `${` and `%{` would begin a template, and are doubled; a `$` or `%` before such a pair is written by its
 * number, for `$$${` is read in two ways. https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export const hclText = (text: string): string =>
  escaped(text).replaceAll(
    /([$%]*)([$%])\{/g,
    (_, before: string, sign: string) => `${byNumber(before)}${sign}${sign}{`,
  )

/** A text of HCL in `aws_iam_policy_document`, where `${` of a policy's variable is written `&{`. */
export const hclPolicyText = (text: string): string => hclText(text.replaceAll('${', '&{'))

/** In double quotes, by JSON's escapes as far as HCL has them. */
const escaped = (text: string): string =>
  withoutHidden(
    `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`,
    (character) => {
      const code = codeOf(character)
      return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
    },
  )

const byNumber = (signs: string): string => signs.replaceAll('$', '\\u0024').replaceAll('%', '\\u0025')

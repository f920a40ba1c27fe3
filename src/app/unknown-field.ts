import type { LintFinding } from '#lint/finding.ts'
import type { UnknownField } from '#snapshot/unknown-fields.ts'

/** A field that is not read, as a finding on the input (docs/lint.md). */
export const unknownFieldFinding = ({ pointer, name, nearest }: UnknownField): LintFinding => ({
  id: 'unknown-field',
  severity: 'warning',
  policy: '',
  pointer,
  message: `\`${name}\` is no field we know${nearest === null ? '' : `; did you mean \`${nearest}\`?`}`,
})

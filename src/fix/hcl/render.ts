import { hclPolicyText, hclText } from '#quote/hcl.ts'

/** A key of an object: a plain name where it can be one. */
export const keyText = (key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? key : hclText(key))

/** A value as Terraform writes it; its further lines begin with `indent`. */
export function hcl(value: unknown, indent: string): string {
  const pad = `${indent}  `
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : `[\n${value.map((item) => `${pad}${hcl(item, pad)},\n`).join('')}${indent}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    const keys = entries.map(([key]) => keyText(key))
    const width = Math.max(0, ...keys.map((key) => key.length))
    if (entries.length === 0) return '{}'
    return `{\n${entries.map(([, field], i) => `${pad}${(keys[i] ?? '').padEnd(width)} = ${hcl(field, pad)}\n`).join('')}${indent}}`
  }
  return typeof value === 'string' ? hclText(value) : JSON.stringify(value)
}

/** A statement as a block of `aws_iam_policy_document`. */
export function statementBlock(statement: Readonly<Record<string, unknown>>, indent: string): string {
  const pad = `${indent}  `
  const { Sid, Effect, Principal, NotPrincipal, Condition, ...rest } = statement
  const fields: (readonly [string, unknown])[] = [
    ...(Sid === undefined ? [] : [['sid', Sid] as const]),
    ...(Effect === undefined || Effect === 'Allow' ? [] : [['effect', Effect] as const]),
    ...Object.entries(rest).map(
      ([key, value]) => [key.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase() + 's', [value].flat()] as const,
    ),
  ]
  const width = Math.max(0, ...fields.map(([name]) => name.length))
  const lines = fields.map(([name, value]) => `${pad}${name.padEnd(width)} = ${inline(value, pad)}`)
  const blocks = [
    ...principalTexts('principals', Principal, pad),
    ...principalTexts('not_principals', NotPrincipal, pad),
    ...conditionTexts(Condition, pad),
  ]
  return `statement {\n${[lines.join('\n'), ...blocks].join('\n\n')}\n${indent}}`
}

/** A list of one stands in one line; `${` is a variable of the policy, which the data source writes `&{`. */
export function inline(value: unknown, indent: string): string {
  const plain = (item: unknown): string => hclPolicyText(String(item))
  if (!Array.isArray(value)) return plain(value)
  const items = value.map(plain)
  return items.length <= 1
    ? `[${items.join('')}]`
    : `[\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}]`
}

export const principalBlock = (name: string, type: string, identifiers: unknown, indent: string): string =>
  `${name} {\n${indent}  type        = ${inline(type, indent)}\n${indent}  identifiers = ${inline([identifiers].flat(), `${indent}  `)}\n${indent}}`

function principalTexts(name: string, principal: unknown, indent: string): readonly string[] {
  if (principal === undefined) return []
  const entries =
    typeof principal === 'object' && principal !== null ? Object.entries(principal) : [['*', '*'] as const]
  return entries.map(([type, identifiers]) => `${indent}${principalBlock(name, type, identifiers, indent)}`)
}

export const conditionBlock = (test: string, variable: string, values: unknown, indent: string): string =>
  `condition {\n${indent}  test     = ${inline(test, indent)}\n${indent}  variable = ${inline(variable, indent)}\n${indent}  values   = ${inline([values].flat(), `${indent}  `)}\n${indent}}`

function conditionTexts(condition: unknown, indent: string): readonly string[] {
  return Object.entries((condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>).flatMap(
    ([test, keys]) =>
      Object.entries(keys).map(([variable, values]) => `${indent}${conditionBlock(test, variable, values, indent)}`),
  )
}

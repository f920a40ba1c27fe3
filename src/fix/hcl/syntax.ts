/** Where something stands in a text: from `start` up to, not including, `end`, in UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Part of a template: text as it will be, or an expression that is put in. */
export type TemplatePart = string | Expression

/**
 * An expression as far as a policy can be read out of it. What hangs on more than a value that is written out is `open`;
 * its text is kept. https://developer.hashicorp.com/terraform/language/expressions
 */
export type Expression = Range &
  (
    | { readonly kind: 'text'; readonly parts: readonly TemplatePart[] }
    /** Its lines without the markers lie in `body`. */
    | { readonly kind: 'heredoc'; readonly parts: readonly TemplatePart[]; readonly body: Range }
    | { readonly kind: 'literal'; readonly value: number | boolean | null }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[] }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
    /** `aws_iam_role.deploy.name`, in its steps. */
    | { readonly kind: 'reference'; readonly path: readonly string[] }
    | { readonly kind: 'open' }
  )

export interface ObjectEntry extends Range {
  /** Undefined: worked out when Terraform runs. */
  readonly key: string | undefined
  readonly value: Expression
}

export interface Attribute extends Range {
  readonly name: string
  readonly value: Expression
}

export interface Body {
  readonly attributes: readonly Attribute[]
  readonly blocks: readonly Block[]
}

export interface Block extends Range, Body {
  readonly type: string
  readonly labels: readonly string[]
  /** Between the braces. */
  readonly inside: Range
}

/** Why a file cannot be read, and where. */
export interface Fault {
  readonly fault: string
  readonly line: number
}

export const attributeOf = ({ attributes }: Body, name: string): Attribute | undefined =>
  attributes.find((attribute) => attribute.name === name)

export const lineAt = (text: string, offset: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

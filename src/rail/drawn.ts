/** Element of HTML or SVG as a value, for whoever draws it: the page, a file of HTML, a picture. */
export interface Drawn {
  readonly tag: string
  readonly attrs: Readonly<Record<string, string>>
  readonly parts: readonly (Drawn | string)[]
}

export const drawn = (
  tag: string,
  attrs: Readonly<Record<string, string>> = {},
  ...parts: readonly (Drawn | string | undefined)[]
): Drawn => ({ tag, attrs, parts: parts.filter((part) => part !== undefined) })

import { codeOf, hex, withoutHidden } from './hidden.ts'

/**
 * A scalar of YAML: JSON is YAML, but for what YAML does not print and for pairs of surrogates, which are written by their one
 * number. https://yaml.org/spec/1.2.2/#57-escaped-characters
 */
export const yamlScalar = (value: string | number | boolean | null): string => yamlOfJson(JSON.stringify(value))

/** A scalar of YAML from JSON that is written already. */
export const yamlOfJson = (json: string): string =>
  withoutHidden(json, (character) => {
    const code = codeOf(character)
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  })

/**
 * A key of a mapping with its colon, in one line or two: bare where YAML 1.1 too reads a text; behind `?` where it is longer
 * than a plain key may be.
 */
export function yamlKey(key: string): readonly [string] | readonly [string, string] {
  if (/^[A-Za-z]\w{0,99}$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key)) return [`${key}:`]
  const text = yamlScalar(key)
  return text.length < 1000 ? [`${text}:`] : [`? ${text}`, ':']
}

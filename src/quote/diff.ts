import { isHidden } from './hidden.ts'

/**
 * The path of a file in the head of a unified diff: as git writes it, in double quotes with escapes where it has signs that
 * would end the line or the quotes. https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
 */
export function diffPath(path: string): string {
  const isPlain = ![...path].some((sign) => sign === '\n' || sign === '"' || sign === '\\' || isHidden(sign))
  return isPlain ? path : `"${[...path].map(escaped).join('')}"`
}

function escaped(sign: string): string {
  if (sign === '"' || sign === '\\') return `\\${sign}`
  if (sign !== '\n' && !isHidden(sign)) return sign
  return [...new TextEncoder().encode(sign)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

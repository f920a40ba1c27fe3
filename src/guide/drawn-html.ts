import type { Drawn } from '#rail/drawn.ts'
import { escaped } from './escaped.ts'

/** A drawing as HTML. */
export function drawnHtml({ tag, attrs, parts }: Drawn): string {
  const named = Object.entries(attrs).map(([name, value]) => ` ${name}="${escaped(value)}"`)
  const inner = parts.map((part) => (typeof part === 'string' ? escaped(part) : drawnHtml(part)))
  return `<${tag}${named.join('')}>${inner.join('')}</${tag}>`
}

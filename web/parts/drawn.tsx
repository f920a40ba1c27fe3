import { type ComponentChild, h } from 'preact'
import type { Drawn } from '#rail/drawn.ts'

/** A drawing as elements of the page: its texts are texts, never markup. */
export const drawnView = ({ tag, attrs, parts }: Drawn): ComponentChild =>
  h(tag, attrs, ...parts.map((part) => (typeof part === 'string' ? part : drawnView(part))))

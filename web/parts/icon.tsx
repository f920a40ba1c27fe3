import type { Shape } from '#rail/rail.ts'
import { shapeTree } from '#rail/shapes.ts'
import { drawnView } from './drawn.tsx'

/** The shape of a verdict; its word stands beside it. */
export const Mark = ({ of }: { readonly of: Shape }) => drawnView(shapeTree(of))

const GLYPHS = {
  tick: 'M3 8.6l3.2 3.2L13 4.6',
  copy: 'M7.1 5.5h4.8a1.6 1.6 0 0 1 1.6 1.6v4.8a1.6 1.6 0 0 1-1.6 1.6H7.1a1.6 1.6 0 0 1-1.6-1.6V7.1a1.6 1.6 0 0 1 1.6-1.6zM10.5 3.2A1.2 1.2 0 0 0 9.3 2.5H4A1.5 1.5 0 0 0 2.5 4v5.3c0 .5.3 1 .7 1.2',
  down: 'M4 6.3l4 4 4-4',
  up: 'M4 9.7l4-4 4 4',
  right: 'M2.5 8h10.4M9 4l4 4-4 4',
  pen: 'M10.6 2.9l2.5 2.5-7.4 7.4-3.1.6.6-3.1z',
  link: 'M6.6 9.4a2.7 2.7 0 0 0 3.9.1l2.2-2.2a2.7 2.7 0 0 0-3.9-3.9l-.9.9M9.4 6.6a2.7 2.7 0 0 0-3.9-.1L3.3 8.7a2.7 2.7 0 0 0 3.9 3.9l.9-.9',
  box: 'M8 1.9l5.4 3v6.2L8 14.1l-5.4-3V4.9zM2.8 5L8 7.9 13.2 5M8 7.9v6',
  drop: 'M8 2.5v7.2M5 6.9l3 3 3-3M2.8 11v1.3c0 .7.5 1.2 1.2 1.2h8c.7 0 1.2-.5 1.2-1.2V11',
  back: 'M4.6 9.3A4.2 4.2 0 1 0 5 5.2L3 7.2M3 3.6v3.6h3.6',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  theme: 'M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2v11.2',
} as const

/** A picture of an act; its word stands beside it, or in the label of what holds it. */
export const Glyph = ({ of }: { readonly of: keyof typeof GLYPHS }) => (
  <svg
    class="i"
    viewBox="0 0 16 16"
    aria-hidden="true"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
  >
    <path d={GLYPHS[of]} />
  </svg>
)

export const Warn = () => (
  <svg class="i" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M8 1.8l6.6 11.8H1.4z" fill="var(--next-shape)" />
    <path d="M8 6.2v3.4" stroke="var(--on-next)" stroke-width="1.7" stroke-linecap="round" />
    <circle cx="8" cy="11.6" r=".95" fill="var(--on-next)" />
  </svg>
)

/** The sign of the program. */
export const Logo = () => (
  <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="var(--brand)" />
    <path d="M7 9h18M7 16h11M7 23h6" stroke="var(--on-brand)" stroke-width="3" stroke-linecap="round" />
    <circle cx="23" cy="21" r="4.5" fill="none" stroke="var(--brand-mark)" stroke-width="2.5" />
    <path d="M20 24l6-6" stroke="var(--brand-mark)" stroke-width="2.5" />
  </svg>
)

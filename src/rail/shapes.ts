import { type Drawn, drawn } from './drawn.ts'
import type { Shape } from './rail.ts'

/** Side of the square that a shape is drawn in. */
export const SHAPE_SIZE = 20

const OCTAGON = 'M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z'
const CROSS = 'M6.7 6.7l6.6 6.6m0-6.6l-6.6 6.6'

const color = (token: string): string => `var(--${token})`

const filled = (d: string, fill: string): Drawn => drawn('path', { d, fill: color(fill) })

const stroked = (d: string, stroke: string, width: number): Drawn =>
  drawn('path', {
    d,
    fill: 'none',
    stroke: color(stroke),
    'stroke-width': String(width),
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  })

const disc = (r: number, fill: string, cy = 10): Drawn =>
  drawn('circle', { cx: '10', cy: String(cy), r: String(r), fill: color(fill) })

const ring = (r: number, stroke: string, width: number, dash?: string): Drawn =>
  drawn('circle', {
    cx: '10',
    cy: '10',
    r: String(r),
    fill: color('bg'),
    stroke: color(stroke),
    'stroke-width': String(width),
    ...(dash === undefined ? {} : { 'stroke-dasharray': dash }),
  })

/** Paths and circles of each verdict, in the tokens of the page, the lowest first. */
export const SHAPES: Readonly<Record<Shape, readonly Drawn[]>> = {
  deny: [filled(OCTAGON, 'deny-fill'), stroked(CROSS, 'on-deny', 2.2)],
  'deny-on': [filled(OCTAGON, 'on-deny'), stroked(CROSS, 'deny-fill', 2.2)],
  likely: [
    drawn('path', {
      d: 'M6.4 1.5h7.2l4.9 4.9v7.2l-4.9 4.9H6.4l-4.9-4.9V6.4z',
      fill: color('bg'),
      stroke: color('deny'),
      'stroke-width': '1.8',
    }),
    stroked(CROSS, 'deny', 2),
  ],
  next: [
    filled('M10 .6L19.4 10 10 19.4.6 10z', 'next-shape'),
    stroked('M7.3 7.3l5.4 5.4m0-5.4l-5.4 5.4', 'on-next', 2),
  ],
  allow: [disc(9, 'allow-shape'), stroked('M5.9 10.4l2.8 2.8 5.4-6', 'on-allow', 2.2)],
  passed: [ring(8.3, 'allow-shape', 1.6), stroked('M6.2 10.4l2.6 2.6 5-5.6', 'allow-shape', 1.9)],
  unseen: [
    ring(8.4, 'unseen', 1.6, '3.1 2.1'),
    stroked('M7.6 8.1a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.8-1.1 1.6', 'unseen', 1.7),
    disc(1.1, 'unseen', 14.2),
  ],
  none: [ring(8.3, 'edge', 1.2), stroked('M6.5 10h7', 'none', 2)],
}

/** A shape as SVG; its word stands beside it. */
export const shapeTree = (shape: Shape): Drawn =>
  drawn('svg', { class: 'i', viewBox: `0 0 ${SHAPE_SIZE} ${SHAPE_SIZE}`, 'aria-hidden': 'true' }, ...SHAPES[shape])

import type { Diagnosis, Fix, Scenario } from '#http/wire.ts'
import type { Drawn } from '#rail/drawn.ts'
import { type Measure, type Planned, railPlan } from '#rail/plan.ts'
import type { Line, Shape } from '#rail/rail.ts'
import { SHAPES } from '#rail/shapes.ts'
import { type FixLine, fixLines, grantLinesOf, toneOf } from './answer/fix-lines.ts'
import { assumedWords } from '#answer/assumed-words.ts'
import { layerInWords } from '#answer/layer-in-words.ts'
import { mistakeWords } from '#answer/mistake-words.ts'
import { notCheckedWords } from '#answer/not-checked-words.ts'
import { timeWords } from './answer/names.ts'
import { sentenceOf, tagOf } from './answer/say.ts'
import { railOf } from './answer/rail-of.ts'
import { type WhyLine, whyLines } from './answer/why-lines.ts'
import { keyOf, placesOf, textOf } from './places.ts'

const WIDTH = 1200
const MOST_HEIGHT = 1000
const EDGE = 40
const ROW = 22
const SHOWN = 14

/** What is drawn, with the colours and fonts of the page as they stand. */
interface Pen {
  readonly on: CanvasRenderingContext2D
  readonly color: (token: string) => string
  readonly font: (size: number, isCode?: boolean, weight?: number) => string
}

/** A picture of rail, why and fix in the theme of the page, as PNG: drawn, so that nothing is loaded and no text can be markup. */
export function pictureOf(diagnosis: Diagnosis, fix: Fix | undefined, scenario: Scenario | undefined): Promise<Blob> {
  const canvas = document.createElement('canvas')
  const scale = 2
  canvas.width = WIDTH * scale
  canvas.height = MOST_HEIGHT * scale
  const on = canvas.getContext('2d')
  if (on === null) return Promise.reject(new Error('this browser draws no pictures'))
  const height = drawn(penOf(on), diagnosis, fix, scenario, scale)
  const cut = document.createElement('canvas')
  cut.width = canvas.width
  cut.height = Math.min(canvas.height, Math.ceil(height * scale))
  cut.getContext('2d')?.drawImage(canvas, 0, 0)
  return new Promise((resolve, reject) =>
    cut.toBlob((blob) => (blob === null ? reject(new Error('no picture was made')) : resolve(blob)), 'image/png'),
  )
}

function penOf(on: CanvasRenderingContext2D): Pen {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    on,
    color: token,
    font: (size, isCode = false, weight = 400) => `${weight} ${size}px ${token(isCode ? 'mono' : 'sans')}`,
  }
}

function drawn(
  pen: Pen,
  diagnosis: Diagnosis,
  fix: Fix | undefined,
  scenario: Scenario | undefined,
  scale: number,
): number {
  const { on, color } = pen
  on.scale(scale, scale)
  on.fillStyle = color('bg')
  on.fillRect(0, 0, WIDTH, MOST_HEIGHT)
  on.textBaseline = 'middle'
  let y = drawHead(pen, diagnosis)
  y = drawRail(pen, diagnosis, y + 8)
  const column = (WIDTH - 2 * EDGE - 24) / 2
  const [why, whyTitle] = whyOf(diagnosis, scenario)
  const left = drawCard(pen, { x: EDGE, y: y + 28, width: column }, 'Why', whyTitle, why.slice(0, SHOWN).map(whyRow))
  const lines = fix === undefined ? [] : fixLines(fix, false).lines.slice(0, SHOWN)
  const right = drawCard(
    pen,
    { x: EDGE + column + 24, y: y + 28, width: column },
    fix === undefined ? 'No change is offered' : 'Fix',
    fix?.title.replaceAll('`', '') ?? '',
    lines.map(fixRow),
    fix === undefined
      ? []
      : [
          [fix.outcome ?? '', toneOf(fix) === '' ? 'allow' : 'ink-2'],
          ...grantLinesOf(fix).map(({ name, text: words, tone }) => [`${name}: ${words}`, LINE_TONES[tone]] as const),
        ],
  )
  const below = drawBelow(pen, diagnosis, fix, Math.max(left, right) + 24)
  text(pen, 'denytrace', EDGE, below + 6, pen.font(13, false, 600), color('ink-3'))
  return below + 28
}

const LINE_TONES = { gives: 'ink-2', more: 'next', takes: 'deny' } as const

/** What is wrong in a statement, the question that is left, what was not checked and what was assumed: a line each. */
function drawBelow(pen: Pen, diagnosis: Diagnosis, fix: Fix | undefined, top: number): number {
  const { slips = [], question, unseen } = diagnosis
  const open = [...unseen, ...(fix?.replay?.unseen ?? [])]
  const lines = [
    ...slips.map(mistakeWords),
    ...(question === undefined ? [] : [`Check: ${question.text} To find out: ${question.howToGet}.`]),
    ...(open.length === 0 ? [] : [`Not checked: ${notCheckedWords(open)}`]),
    ...(diagnosis.assumptions.length === 0 ? [] : [`Assumed: ${assumedWords(diagnosis)}`]),
  ]
  lines.forEach((line, i) => {
    const y = top + i * ROW
    text(pen, line.replaceAll('`', ''), EDGE, y, pen.font(13), pen.color('unseen'), WIDTH - 2 * EDGE)
  })
  return top + lines.length * ROW
}

function text({ on }: Pen, words: string, x: number, y: number, font: string, fill: string, room = Infinity): number {
  on.font = font
  on.fillStyle = fill
  let shown = words
  while (shown.length > 1 && on.measureText(shown).width > room) shown = `${shown.slice(0, -2)}…`
  on.fillText(shown, x, y)
  return on.measureText(shown).width
}

function drawHead(pen: Pen, diagnosis: Diagnosis): number {
  const { on, color, font } = pen
  const tag = tagOf(diagnosis)
  on.font = font(13, false, 700)
  const width = on.measureText(tag.text).width + 24
  const isSure = tag.kind === 'deny'
  box(pen, EDGE, 28, width, 26, 6, color(isSure ? 'deny-fill' : 'deny-tint'))
  text(pen, tag.text, EDGE + 12, 41, font(13, false, 700), color(isSure ? 'on-deny' : 'deny'))
  const { time, region, requestId } = diagnosis.denial
  const facts = [time === null ? null : timeWords(time), region, requestId === null ? null : `request ${requestId}`]
  text(pen, facts.filter((one) => one !== null).join('  ·  '), EDGE + width + 16, 41, font(13), color('ink-2'))
  let [x, y] = [EDGE, 88]
  for (const { text: piece, isCode, tone } of sentenceOf(diagnosis))
    for (const word of piece.split(/(?<= )/)) {
      on.font = font(isCode === true ? 24 : 28, isCode, 650)
      const room = on.measureText(word).width
      if (x > EDGE && x + room > WIDTH - EDGE) [x, y] = [EDGE, y + 38]
      on.fillStyle = color(tone === 'bad' ? 'deny' : tone === 'good' ? 'allow' : tone === 'open' ? 'unseen' : 'ink')
      on.fillText(word, x, y)
      x += room
    }
  const who = diagnosis.denial.principal ?? diagnosis.steps[0]?.request.principal ?? ''
  const on_ = [diagnosis.steps[0]?.request.resource ?? []].flat().join(', ')
  text(
    pen,
    [who, on_].filter((one) => one !== '').join('   on   '),
    EDGE,
    y + 38,
    font(12.5, true),
    color('ink-2'),
    WIDTH - 2 * EDGE,
  )
  return y + 52
}

function box(
  { on }: Pen,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  fill: string,
  line = '',
): void {
  on.beginPath()
  on.roundRect(x, y, width, height, radius)
  on.fillStyle = fill
  on.fill()
  if (line === '') return
  on.strokeStyle = line
  on.lineWidth = 1
  on.stroke()
}

function drawRail(pen: Pen, diagnosis: Diagnosis, y: number): number {
  const rail = railOf(diagnosis)
  if (rail === undefined) return y
  const measure: Measure = (words, { size, isCode, weight }) => {
    pen.on.font = pen.font(size, isCode, weight)
    return pen.on.measureText(words).width
  }
  const { height, parts } = railPlan(rail, EDGE, y, WIDTH - 2 * EDGE, measure)
  for (const part of parts) drawPlanned(pen, part)
  return y + height
}

const DASHES: Readonly<Record<Line, readonly number[]>> = { on: [], off: [2, 3], unknown: [5, 3] }
const LINES: Readonly<Record<Line, string>> = { on: 'allow-shape', off: 'edge', unknown: 'unseen' }

function drawPlanned(pen: Pen, part: Planned): void {
  const { on, color, font } = pen
  switch (part.kind) {
    case 'box': {
      on.setLineDash([...(part.dash ?? [])])
      const edge = part.edge === undefined ? '' : color(part.edge)
      box(pen, part.x, part.y, part.width, part.height, part.radius, color(part.fill), edge)
      on.setLineDash([])
      return
    }
    case 'line':
      on.setLineDash([...DASHES[part.line]])
      on.strokeStyle = color(LINES[part.line])
      on.lineWidth = 2
      on.beginPath()
      on.moveTo(part.x, part.y)
      on.lineTo(part.to, part.y)
      on.stroke()
      on.setLineDash([])
      return
    case 'shape':
      return drawShape(pen, part.shape, part.x, part.y)
    case 'text':
      text(pen, part.text, part.x, part.y, font(part.size, part.isCode, part.weight), color(part.color), part.room)
  }
}

/** The paths and circles of a shape, as SVG has them. */
function drawShape({ on, color }: Pen, shape: Shape, x: number, y: number): void {
  on.save()
  on.translate(x, y)
  for (const { tag, attrs } of SHAPES[shape]) {
    const path = pathOf(tag, attrs)
    const paint = (name: string): string => color(/^var\(--([a-z0-9-]{1,30})\)$/.exec(attrs[name] ?? '')?.[1] ?? '')
    if (attrs['fill'] !== 'none') {
      on.fillStyle = paint('fill')
      on.fill(path)
    }
    if (attrs['stroke'] === undefined) continue
    on.strokeStyle = paint('stroke')
    on.lineWidth = Number(attrs['stroke-width'] ?? 1)
    on.lineCap = attrs['stroke-linecap'] === 'round' ? 'round' : 'butt'
    on.lineJoin = attrs['stroke-linejoin'] === 'round' ? 'round' : 'miter'
    on.setLineDash((attrs['stroke-dasharray'] ?? '').split(' ').filter(Boolean).map(Number))
    on.stroke(path)
  }
  on.restore()
}

function pathOf(tag: string, attrs: Drawn['attrs']): Path2D {
  const path = new Path2D(tag === 'path' ? attrs['d'] : undefined)
  const at = (name: string): number => Number(attrs[name] ?? 0)
  if (tag === 'circle') path.arc(at('cx'), at('cy'), at('r'), 0, 2 * Math.PI)
  return path
}

interface Row {
  readonly number: string
  readonly text: string
  readonly note: string
  readonly tone: '' | 'deny' | 'allow'
}

const whyRow = (line: WhyLine): Row =>
  line.kind === 'gap'
    ? { number: '⋯', text: line.words, note: '', tone: '' }
    : line.kind === 'request'
      ? {
          number: '',
          text: `the request  ${line.value.before}${line.value.mark}${line.value.after}`,
          note: '',
          tone: 'deny',
        }
      : {
          number: String(line.number ?? ''),
          text: line.text,
          note: line.note?.text ?? '',
          tone: line.tone === undefined ? '' : 'deny',
        }

const fixRow = (line: FixLine): Row =>
  line.kind === 'file'
    ? { number: '', text: `${line.name}${line.what === '' ? '' : `, ${line.what}`}`, note: '', tone: '' }
    : line.kind === 'gap'
      ? { number: '⋯', text: line.words, note: '', tone: '' }
      : line.kind === 'consequence'
        ? { number: '!', text: line.text, note: '', tone: 'deny' }
        : {
            number: String(line.number ?? ''),
            text: `${line.sign} ${line.text}`,
            note: '',
            tone: line.sign === '+' ? 'allow' : line.sign === '−' ? 'deny' : '',
          }

function whyOf(diagnosis: Diagnosis, scenario: Scenario | undefined): readonly [readonly WhyLine[], string] {
  const [cause] = diagnosis.causes
  const named = cause?.statement ?? cause?.nearest
  if (cause === undefined || named === undefined)
    return [[], cause === undefined ? '' : `by the ${layerInWords(cause.layer, cause.kind)}`]
  const key = keyOf(named.layer, named.where, named.policy, named.policyArn)
  const place = scenario === undefined ? undefined : placesOf(scenario).find((one) => one.key === key)
  const told = place === undefined ? undefined : whyLines(cause, textOf(place.policy), scenario?.request, false)
  return [told?.lines ?? [], `${named.policy} › ${named.sid ?? `statement ${named.index + 1}`}`]
}

function drawCard(
  pen: Pen,
  at: { x: number; y: number; width: number },
  title: string,
  what: string,
  rows: readonly Row[],
  /** Lines below, each with its colour. */
  foot: readonly (readonly [string, string])[] = [],
): number {
  const { color, font } = pen
  const { x, y, width } = at
  const height = 64 + rows.length * ROW + 16 + (foot.length === 0 ? 0 : 14 + foot.length * ROW)
  box(pen, x, y, width, height, 12, color('bg'), color('line'))
  text(pen, title, x + 16, y + 20, font(13, false, 650), color('ink-2'))
  text(pen, what, x + 16, y + 44, font(15, false, 600), color('ink'), width - 32)
  rows.forEach((row, i) => {
    const top = y + 64 + i * ROW
    if (row.tone !== '') box(pen, x + 1, top, width - 2, ROW, 0, color(`${row.tone}-tint`))
    text(pen, row.number, x + 12, top + ROW / 2, font(11, true), color('ink-3'))
    const note = row.note === '' ? 0 : Math.min(220, row.note.length * 7.5)
    text(pen, row.text, x + 46, top + ROW / 2, font(12, true), color('ink'), width - 62 - note)
    if (note > 0)
      text(
        pen,
        row.note,
        x + width - note - 10,
        top + ROW / 2,
        font(12),
        color(row.tone === 'deny' ? 'deny' : 'allow'),
        note,
      )
  })
  foot.forEach(([words, tone], i) => {
    const at = y + height - 22 - (foot.length - 1 - i) * ROW
    text(pen, words, x + 16, at, font(12.5, false, i === 0 ? 500 : 400), color(tone), width - 32)
  })
  return y + height
}

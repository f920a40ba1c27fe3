/** Contrast of the page's tokens in both themes: https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const WEB = join(import.meta.dirname, '..', 'web')
const TOKENS = readFileSync(join(WEB, 'tokens.css'), 'utf8')

/** The colours of the rule that begins like this. */
function colours(begin: string): Readonly<Record<string, string>> {
  const at = TOKENS.indexOf(begin)
  assert.ok(at >= 0, begin)
  const rule = TOKENS.slice(at, TOKENS.indexOf('}', at))
  const found = [...rule.matchAll(/--([a-z0-9-]{1,30}): (#[0-9a-f]{6});/g)]
  return Object.fromEntries(found.map(([, name, value]) => [name ?? '', value ?? '']))
}

const LIGHT = colours(':root {')
const DARK = colours(':root:not([data-theme="light"]) {')

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

/** What stands on what, by name; a colour by itself stands for itself. */
type Pairs = readonly (readonly [what: string, ...on: readonly string[]])[]

/** Shapes of verdicts with what is drawn in them, the strip, borders of controls, and what charts are drawn in. */
const GRAPHICS: Pairs = [
  ['deny-fill', 'bg', 'sunk', 'deny-tint'],
  ['deny', 'bg', 'sunk', 'deny-tint'],
  ['on-deny', 'deny-fill'],
  ['next-shape', 'bg', 'sunk', 'next-tint'],
  ['on-next', 'next-shape'],
  ['allow-shape', 'bg', 'sunk', 'allow-tint'],
  ['on-allow', 'allow-shape'],
  ['unseen', 'bg', 'sunk', 'unseen-tint'],
  ['none', 'bg', 'sunk'],
  ['edge', 'bg', 'sunk'],
  ['accent', 'bg', 'sunk', 'accent-tint'],
  ['focus', 'bg', 'sunk', 'accent-tint', 'deny-tint'],
  ['band-edge', 'bg', 'band'],
  ['bar', 'bg', 'sunk', 'band'],
]

const TEXTS: Pairs = [
  [
    'ink',
    'bg',
    'sunk',
    'deny-tint',
    'allow-tint',
    'next-tint',
    'unseen-tint',
    'accent-tint',
    'allow-mark',
    'next-mark',
  ],
  ['ink-2', 'bg', 'sunk', 'deny-tint', 'allow-tint', 'next-tint', 'unseen-tint', 'accent-tint'],
  ['ink-3', 'bg', 'sunk', 'accent-tint'],
  ['accent', 'bg', 'sunk', 'accent-tint', 'allow-tint', 'deny-tint'],
  ['on-accent', 'accent-fill'],
  ['on-deny', 'deny-fill'],
  ['deny', 'bg', 'sunk', 'deny-tint'],
  ['deny-deep', 'deny-tint', 'deny-mark'],
  ['next', 'bg', 'sunk', 'next-tint'],
  ['allow', 'bg', 'sunk', 'allow-tint'],
  ['allow-deep', 'allow-tint', 'allow-mark'],
  ['unseen', 'bg', 'sunk', 'unseen-tint'],
]

const tooWeak = (theme: Readonly<Record<string, string>>, pairs: Pairs, least: number): readonly string[] =>
  pairs.flatMap(([what, ...all]) =>
    all.flatMap((on) => {
      const [front, back] = [theme[what], theme[on]]
      assert.ok(front !== undefined && back !== undefined, `${what} on ${on}`)
      const ratio = contrast(front, back)
      return ratio >= least ? [] : [`--${what} on --${on}: ${ratio.toFixed(2)}`]
    }),
  )

describe('contrast of tokens', () => {
  test('the formula gives the two ends', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21)
    assert.equal(contrast('#777777', '#777777'), 1)
  })
  for (const [name, theme] of [
    ['light', LIGHT],
    ['dark', DARK],
  ] as const) {
    test(`graphics have 3 : 1, ${name}`, () => assert.deepEqual(tooWeak(theme, GRAPHICS, 3), []))
    test(`texts have 4.5 : 1, ${name}`, () => assert.deepEqual(tooWeak(theme, TEXTS, 4.5), []))
  }
  test('the dark theme is one, by the system and by choice', () =>
    assert.deepEqual(colours(':root[data-theme="dark"] {'), DARK))
})

test('a colour is written among the tokens and nowhere else', () => {
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:css|ts|tsx)$/.test(name) && name !== 'tokens.css')
    .map((name) => [name, readFileSync(join(WEB, name), 'utf8')] as const)
  const written = files.flatMap(([name, text]) =>
    [...text.matchAll(/(?:["':\s(])(#(?:[0-9a-f]{6}|[0-9a-f]{3}))(?=["';\s),])/gi)].map(
      ([, colour]) => `${name} ${colour ?? ''}`,
    ),
  )
  assert.deepEqual(written, [])
})

/** All that is styled, by file: the styles of the page, of its editor, of the rail and of the guide. */
const STYLED = [
  ...readdirSync(join(WEB, 'styles')).map((name) => join(WEB, 'styles', name)),
  join(WEB, 'editor', 'theme.ts'),
  join(WEB, '..', 'src', 'rail', 'style.ts'),
  join(WEB, '..', 'src', 'guide', 'style.ts'),
].map((path) => [path, readFileSync(path, 'utf8')] as const)

test('letters have a size of the scale, or a part of that around them', () => {
  for (const [path, text] of STYLED)
    for (const [found, value = ''] of text.matchAll(/\b(?:font|fontSize|font-size): ?'?([^;}',]{1,60})/g))
      assert.match(
        value,
        /^(?:\d{3} )?(?:var\(--t-[a-z0-9]{1,8}\)|inherit|[\d.]{1,4}em)/,
        `${path}: ${found} is no size of the scale`,
      )
})

test('distances stand on one grid: of 4 pixels, in halves where a line is tight', () => {
  for (const [path, text] of STYLED)
    for (const [found, value = ''] of text.matchAll(
      /\b(?:margin|padding|(?:row-|column-)?gap)(?:-[a-z]{1,8})*: ?([^;}]{1,80})/g,
    ))
      for (const [pixels] of value.matchAll(/(?<![\w.])\d{1,4}(?=px)/g))
        assert.ok(Number(pixels) % 2 === 0 || pixels === '1', `${path}: ${found}`)
})

test('a colour is written in no other way either', () => {
  for (const [path, text] of STYLED) {
    const own = path.endsWith('guide/style.ts') ? text.slice(text.indexOf('const SANS')) : text
    assert.doesNotMatch(own, /\b(?:rgba?|hsla?|hwb|lab|lch|oklch|color)\(|#[0-9a-f]{3,8}\b/i, path)
    assert.doesNotMatch(
      own,
      /(?:color|background|border|fill|stroke)[^;{}]{0,40}: ?[^;{}]{0,40}\b(?:white|black|red|green|blue|gr[ae]y|orange)\b/,
      path,
    )
  }
})

test('nothing moves unless the reader has nothing against it', () => {
  for (const name of readdirSync(join(WEB, 'styles'))) {
    const text = readFileSync(join(WEB, 'styles', name), 'utf8')
    for (const { index } of text.matchAll(/\b(?:transition|animation|scroll-behavior)(?:-[a-z]{1,20})?:/g)) {
      const before = text.slice(0, index)
      const media = before.lastIndexOf('@media')
      const query = before.slice(media, before.indexOf('{', media))
      assert.match(query, /prefers-reduced-motion: no-preference/, `${name}: ${text.slice(index, index + 40)}`)
    }
  }
})

/** The pages of the library have the tokens of the page of the service. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { STYLE } from './style.ts'

const TOKENS = readFileSync(join(import.meta.dirname, '..', '..', 'web', 'tokens.css'), 'utf8')

const rule = (text: string, begin: string): string => {
  const at = text.indexOf(begin)
  assert.ok(at >= 0, begin)
  return text.slice(at, text.indexOf('}', at))
}

for (const [theme, here, there] of [
  ['light', ':root{color-scheme:light', ':root {'],
  [
    'dark, where the system asks for it',
    ':root:not([data-theme=light]){color-scheme:dark',
    ':root[data-theme="dark"] {',
  ],
  ['dark, where it was chosen', ':root[data-theme=dark]{color-scheme:dark', ':root[data-theme="dark"] {'],
] as const)
  test(`colours: ${theme}`, () => {
    const tokens = rule(TOKENS, there)
    const used = [...rule(STYLE, here).matchAll(/(--[a-z0-9-]+):(#[0-9a-f]{6})/g)]
    assert.ok(used.length > 8)
    for (const [, name, colour] of used) assert.ok(tokens.includes(`${name}: ${colour};`), `${name}: ${colour}`)
  })

test('sizes of letters are those of the page', () => {
  const used = [...rule(STYLE, ':root{color-scheme:light').matchAll(/(--t-[a-z0-9]{1,8}):([\d.]{1,6}px)/g)]
  assert.ok(used.length > 6)
  for (const [, name, size] of used) assert.ok(TOKENS.includes(`  ${name}: ${size};`), `${name}: ${size}`)
})

/** What holds for every page of the reference library (docs/guide). Nothing is fetched: sources are held by address and date. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { guidePages } from '#app/guide.ts'
import { POLICY_LAYERS } from '#iam/layers.ts'
import type { Block } from '#guide/markdown.ts'
import { commandsOf, type GuidePage, isPage, parsePage, sectionsOf } from '#guide/page.ts'
import { citedIn, isOfficial, isStale, sourcesOf, unsupported } from '#guide/sources.ts'
import { TOPIC_NAMES, TOPICS } from '#guide/topics.ts'
import { FACTS } from '#iam/facts/services.ts'
import { MESSAGE_RULES } from '#intake/messages/table.ts'
import { COMMANDS } from '../src/cli/commands.ts'

const FOLDER = join(import.meta.dirname, '..', 'docs', 'guide')
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.md'))
const pages = guidePages()

test('every topic has a page of its name and kind, and there is no page without one', () => {
  assert.deepEqual(files.map((name) => name.slice(0, -'.md'.length)).toSorted(), [...TOPIC_NAMES].toSorted())
  for (const [kind, topics] of Object.entries(TOPICS))
    for (const topic of topics) {
      const page = parsePage(readFileSync(join(FOLDER, `${topic}.md`), 'utf8'))
      assert.ok(isPage(page), `${topic}: ${String(page)}`)
      assert.deepEqual([page.topic, page.kind], [topic, kind])
    }
})

test('every layer has a guide, and every message that is read has its row', () => {
  assert.deepEqual(TOPICS.layer, POLICY_LAYERS)
  const rows = pageOf('aws-messages').blocks.flatMap((block) =>
    block.kind === 'table' ? block.rows.map((row) => (row[0] ?? '').replaceAll('`', '')) : [],
  )
  assert.deepEqual(
    rows,
    MESSAGE_RULES.map(({ id }) => id),
  )
})

const MAIN = [
  'What it means',
  'Common causes',
  'How to fix it',
  'Diagnosis, step by step',
  'Seen in production',
  'Who called, and with which session',
  'Layer by layer',
  'Wrong fix, better fix',
  'Tools',
  'How to verify',
  'How to prevent',
  'Official references',
  'See also',
]
const LAYER = [
  'What it means when this layer denies',
  'What AWS says',
  'Common causes',
  'See it',
  'Fix',
  'Official references',
  'See also',
]

test('guides have one set of headings in one order, pages of layers another', () => {
  for (const page of pages) {
    const want = page.kind === 'guide' ? MAIN : page.kind === 'layer' ? LAYER : undefined
    const got = sectionsOf(page).flatMap(({ heading, level }) => (level === 2 ? [heading] : []))
    if (want !== undefined) assert.deepEqual(got, want, page.topic)
  }
})

describe('every page', () => {
  for (const page of pages)
    test(`${page.topic}: no sentence stands without a source or a command that shows it`, () => {
      assert.deepEqual(unsupported(page), [])
    })

  for (const page of pages.filter(({ kind }) => kind === 'guide' || kind === 'playbook'))
    test(`${page.topic}: every step of the diagnosis is done by a command of ours`, () => {
      const steps = stepsOf(page)
      assert.ok(steps.length >= 4, 'steps are headings of the third level')
      const bare = steps.filter(({ blocks }) => !blocks.some(isOurCommand)).map(({ heading }) => heading)
      assert.deepEqual(bare, [])
    })

  for (const page of pages.filter(({ kind }) => kind !== 'about'))
    test(`${page.topic}: what is cited is listed with the day it was read, is official, and nothing else is listed`, () => {
      const listed = sourcesOf(page).map(({ url }) => url)
      const items = sectionsOf(page)
        .filter(({ heading }) => heading === 'Official references')
        .flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'list' ? block.items : [])))
      assert.equal(listed.length, items.length, 'a reference has no link, or does not say how much of it was read')
      assert.deepEqual([...new Set(listed)].toSorted(), [...new Set(citedIn(page))].toSorted())
      for (const url of listed) assert.ok(isOfficial(url), url)
    })

  for (const page of pages)
    test(`${page.topic}: its commands are of this program, with options that it has`, () => {
      for (const command of denytraceCommands(page)) {
        const [name = '', ...words] = command.split(/\s+/)
        const found = COMMANDS.find((one) => one.name === name)
        assert.ok(found !== undefined, `${command}: no such command`)
        for (const word of words.slice(0, words.includes('--') ? words.indexOf('--') : undefined))
          if (word.startsWith('--')) assert.ok(Object.hasOwn(found.options, word.slice(2)), `${command}: no ${word}`)
      }
    })

  for (const page of pages)
    test(`${page.topic}: links to other pages lead somewhere`, () => {
      const text = readFileSync(join(FOLDER, `${page.topic}.md`), 'utf8')
      for (const [, href = ''] of text.matchAll(/\]\((?!https:)([^)\s]{1,200})\)/g))
        assert.ok(existsSync(join(FOLDER, href.split('#')[0] ?? '')), href)
    })
})

/** The numbered headings: `### 1. Read the message`. */
const stepsOf = (page: GuidePage) => sectionsOf(page).filter(({ heading }) => /^\d{1,2}\. /.test(heading))

/** A block that `npm run docs:check` runs, or one for the reader's own files and credentials. */
const isOurCommand = (block: Block): boolean =>
  block.kind === 'code' && /^(?:\$ )?(?:[^|\n]*\| ?)?(?:npx )?denytrace /m.test(block.text)

/** Of code in the text, and of blocks. */
function denytraceCommands(page: GuidePage): readonly string[] {
  const text = readFileSync(join(FOLDER, `${page.topic}.md`), 'utf8')
  const inline = [...text.matchAll(/`denytrace ([^`]{1,300})`/g)].map((match) => match[1] ?? '')
  const shown = commandsOf(page).flatMap((line) =>
    line
      .split('|')
      .flatMap((part) => (/^\s*(?:npx )?denytrace /.test(part) ? [part.replace(/^\s*(?:npx )?denytrace /, '')] : [])),
  )
  return [...inline, ...shown]
}

function pageOf(topic: string): GuidePage {
  const page = pages.find((one) => one.topic === topic)
  assert.ok(page !== undefined, topic)
  return page
}

/**
 * Against the newest page and the newest data, not against the clock: a commit that was in order stays so, and whoever
 * reviews one page or brings newer data meets those that were left behind.
 */
test('no page was left behind for longer than a review is good', () => {
  const today = [FACTS.date, ...pages.map(({ reviewed }) => reviewed ?? '')].toSorted().at(-1) ?? ''
  assert.deepEqual(
    pages.filter((page) => isStale(page, today)).map(({ topic }) => topic),
    [],
  )
})

test('a page is stale after 180 days, and not on the last of them', () => {
  const page = { ...pageOf('cors'), reviewed: '2026-01-01' }
  assert.equal(isStale(page, '2026-06-30'), false)
  assert.equal(isStale(page, '2026-07-01'), true)
})

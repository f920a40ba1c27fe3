import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TOPIC_NAMES } from '#guide/topics.ts'
import { POLICY_LAYERS } from '#iam/layers.ts'
import { CODES } from '../../src/errors.ts'
import { denytrace } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-guide-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const guide = (...args: string[]) => denytrace(['guide', ...args])

test('without a topic every guide is listed', async () => {
  const { code, out, err } = await guide()
  assert.deepEqual([code, err], [0, ''])
  for (const topic of TOPIC_NAMES) assert.ok(out.includes(`  ${topic}`), topic)
  const json = JSON.parse((await guide('--format', 'json')).out)
  assert.equal(json.schemaVersion, 1)
  assert.deepEqual(
    json.guides.map(({ topic }: { topic: string }) => topic),
    TOPIC_NAMES,
  )
})

test('a topic is shown as text with its links at the end, and as JSON with sections, commands and sources', async () => {
  const { code, out } = await guide('aws-access-denied')
  assert.equal(code, 0)
  assert.match(out, /^AWS: AccessDenied\nLast reviewed \d{4}-\d\d-\d\d\n/)
  assert.match(out, /^WHAT IT MEANS$/m)
  assert.match(out, /how enforcement code decides \[1\]/)
  assert.match(out, /^\[1\] https:\/\/docs\.aws\.amazon\.com\//m)
  assert.doesNotMatch(out, /\]\(/)
  const json = JSON.parse((await guide('aws-access-denied', '--format', 'json')).out)
  assert.deepEqual([json.schemaVersion, json.topic, json.kind, json.stale], [1, 'aws-access-denied', 'guide', false])
  assert.ok(json.commands.includes('denytrace parse examples/half-cross-account/denial.json'))
  assert.ok(json.sources.length > 10)
  // How much of a source was read is said of each, and a day only of what was opened.
  for (const { read, extent } of json.sources) assert.equal(read === null, extent === 'none')
})

test('every layer has a guide, and an error code as it is printed finds its page', async () => {
  for (const layer of POLICY_LAYERS) assert.equal((await guide(layer, '--format', 'json')).code, 0, layer)
  const topicOf = async (name: string) => JSON.parse((await guide(name, '--format', 'json')).out).topic
  assert.equal(await topicOf('AccessDeniedException'), 'aws-access-denied')
  assert.equal(await topicOf('PERMISSION_DENIED'), 'gcp-permission-denied')
  assert.equal(await topicOf('SCP'), 'service-control-policy')
})

test('every error code of ours, every message of AWS, every finding on policies and every rule has a short page', async () => {
  for (const code of [
    CODES[0],
    'snapshot/not-found',
    'no-policy-allows',
    'Missing version',
    'invalid-policy',
    'R-EVAL-10',
    'G-01',
  ]) {
    const { code: exit, out } = await guide(code)
    assert.equal(exit, 0, code)
    assert.ok(out.startsWith(`${code}\n`), out)
  }
})

test('a topic that is not there is a usage error that names the nearest', async () => {
  const { code, out, err } = await guide('aws-acess-denied')
  assert.deepEqual([code, out], [2, ''])
  assert.match(err, /^usage\/unknown-topic: .*\nhint: did you mean `aws-access-denied`\?\n$/)
})

test('the pages are written as HTML that needs nothing else, with links that lead somewhere', async () => {
  const out = join(folder, 'site')
  const { code, err } = await guide('--html', out)
  assert.deepEqual([code, err], [0, ''])
  const files = readdirSync(out)
  for (const topic of TOPIC_NAMES) assert.ok(files.includes(`${topic}.html`), topic)
  for (const file of files) {
    const html = readFileSync(join(out, file), 'utf8')
    assert.match(html, /^<!doctype html>\n<html lang="en">/)
    assert.doesNotMatch(html, /<script|javascript:| on\w+=|src=|\]\(/)
    assert.doesNotMatch(file, /\s/)
    for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) {
      const [to = '', id] = href.split('#')
      assert.ok(to === '' || to.startsWith('https://') || files.includes(to), `${file}: ${href}`)
      if (id === undefined || to.startsWith('https://')) continue
      const there = to === '' ? html : readFileSync(join(out, to), 'utf8')
      assert.ok(there.includes(` id="${id}"`), `${file}: ${href}`)
    }
    // One shell: where we are, what else there is, what is searched; nothing of a service that is not there.
    assert.match(html, /<nav class="gn" aria-label="Guides">.*Service control policy.*ExpiredToken.*Findings of lint/s)
    assert.match(html, /<form role="search" action="search\.html" method="get">/)
    assert.doesNotMatch(html, /href="\/(?!\/)/)
    for (const name of ['main', 'body', 'html', 'table', 'ul', 'ol', 'pre'])
      assert.equal(html.split(`<${name}`).length, html.split(`</${name}>`).length, `${file}: ${name}`)
  }
})

test('a page has its contents, its group and its command; the page of all names has every page', async () => {
  const read = (name: string): string => readFileSync(join(folder, 'site', name), 'utf8')
  const page = read('service-control-policy.html')
  assert.match(page, /<a href="service-control-policy\.html" aria-current="page">Service control policy<\/a>/)
  assert.match(page, /class="crumbs">.*Policy layers/)
  for (const [, id = '', words = ''] of page.matchAll(/<h2 id="([^"]+)">([^<]+)<\/h2>/g))
    assert.ok(page.includes(`<a href="#${id}">${words}</a>`), words)
  assert.match(page, /<code>denytrace guide service-control-policy<\/code>/)
  const all = read('search.html')
  for (const file of readdirSync(join(folder, 'site')))
    assert.ok(['index.html', 'search.html'].includes(file) || all.includes(`href="${file}"`), file)
})

test('--html is for all pages', async () => {
  const { code, err } = await guide('cors', '--html', join(folder, 'one'))
  assert.equal(code, 2)
  assert.match(err, /^usage\/conflicting-options/)
})

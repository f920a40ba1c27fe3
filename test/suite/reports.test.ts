/** Names and policies are written by others: no report lets one of them become a command, a tag or a heading. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTestFile } from '#app/test-files.ts'
import { fixesOf, runTestFiles } from '#app/test.ts'
import { suiteReport } from '#report/suite/reports.ts'

const HOSTILE = '</testcase>\u0007 ::set-output name=a::b | <script>alert(1)</script> # **x** `y` %0A::error::z, "q"'
const PAGE = { columns: undefined, isTerminal: false, color: false }

async function reported(
  reporter: Parameters<typeof suiteReport>[0],
  file = './suite.access.test.json',
  name = `a\n${HOSTILE}`,
): Promise<string> {
  const text = JSON.stringify({
    scenario: 'test/samples/suite/scenario.json',
    tests: [
      {
        name,
        principal: 'arn:aws:iam::111122223333:user/dev',
        allow: [
          { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
          { action: 's3:PutObject', resource: `arn:aws:s3:::b/${HOSTILE.replaceAll('*', '')}` },
        ],
        deny: [
          { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', by: 'identity-policy' },
          { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', by: 'permissions-boundary' },
          { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', statement: 'Other' },
          { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', by: 'identity-policy' },
        ],
      },
    ],
  })
  const finished = await runTestFiles([await readTestFile(text, file)], {
    chosen: {},
    otherwise: {},
  })
  return suiteReport(reporter, finished.run, { page: PAGE, version: () => '1.2.3', fixes: fixesOf(finished) })
}

test('JUnit is well-formed whatever the names are, and counts', async () => {
  const xml = await reported('junit')
  assert.match(
    xml,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="denytrace" tests="6" failures="4" errors="0" skipped="0">/,
  )
  const tags = [...xml.matchAll(/<(\/?)([a-z]+)(?: [a-z]+="[^"<]*")*(\/?)>/g)]
  const open: string[] = []
  for (const [, closes, name = '', isEmpty] of tags)
    if (closes === '/') assert.equal(open.pop(), name)
    else if (isEmpty !== '/') open.push(name)
  assert.deepEqual(open, [])
  // Nothing is left beside the tags that is no text.
  const rest = xml.replace(/^<\?xml[^>]*>/, '').replaceAll(/<(\/?)([a-z]+)(?: [a-z]+="[^"<]*")*(\/?)>/g, '')
  assert.ok(!rest.includes('\u0007') && !/[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)/.test(rest), rest)
})

test('annotations stay on their line', async () => {
  const lines = (await reported('github')).split('\n')
  assert.equal(lines.filter((line) => line.startsWith('::')).length, 4)
  for (const line of lines.slice(0, -2))
    assert.match(line, /^::error file=\.\/suite\.access\.test\.json,line=1,title=[^:,]*::/)
  assert.equal(lines.at(-2), '2 passed, 4 failed')
})

test('annotations print nothing that a terminal obeys or hides, and the name of a file begins none', async () => {
  const text = await reported('github', './a\n::error::b.access.test.json', 'a\0\u001b[2J\u202e\u{e0041}\u2028z')
  assert.match(text, /title=a\\x00\\x1b\[2J\\u202e\\u\{e0041\}\\u2028z::/)
  const lines = text.split('\n').slice(0, -2)
  assert.equal(lines.length, 4)
  for (const line of lines)
    assert.match(line, /^::error file=\.\/a%0A%3A%3Aerror%3A%3Ab\.access\.test\.json,line=1,title=/)
})

test('no line of the text for a terminal is a command of a workflow', async () => {
  const text = await reported('text', '::error::x.access.test.json', '::add-mask::y ##[stop-commands]z')
  for (const line of text.split('\n')) assert.ok(!/^\s*::|##\[/.test(line), line)
})

test('Markdown has no HTML and no headings but its own', async () => {
  const text = await reported('markdown')
  assert.ok(!/(?<!\\)<script/.test(text))
  const headings = text.split('\n').filter((line) => line.startsWith('#'))
  assert.equal(headings.length, 1 + 4)
  assert.match(headings[0] ?? '', /^## Access tests: 4 of 6 failed$/)
})

/** What SARIF 2.1.0 requires of the objects that we print, and what GitHub's code scanning requires besides. */
test('SARIF has everything that code scanning asks for, with trace and fix', async () => {
  const log = JSON.parse(await reported('sarif'))
  assert.equal(log.version, '2.1.0')
  assert.equal(log.$schema, 'https://json.schemastore.org/sarif-2.1.0.json')
  const [run] = log.runs
  const { driver } = run.tool
  assert.equal(driver.name, 'denytrace')
  assert.match(driver.semanticVersion, /^\d+\.\d+\.\d+$/)
  for (const rule of driver.rules) {
    assert.ok(rule.id && rule.shortDescription.text && rule.fullDescription.text && rule.help.text)
    assert.ok(['error', 'warning', 'note', 'none'].includes(rule.defaultConfiguration.level))
  }
  assert.equal(run.results.length, 4)
  for (const result of run.results) {
    assert.equal(driver.rules[result.ruleIndex].id, result.ruleId)
    assert.ok(result.message.text.length > 0)
    assert.equal(typeof result.partialFingerprints['accessTest/v1'], 'string')
    const places = [
      ...result.locations,
      ...(result.relatedLocations ?? []),
      ...result.codeFlows[0].threadFlows[0].locations.map((one: { location: unknown }) => one.location),
    ]
    assert.ok(places.length > 8)
    for (const { physicalLocation } of places) {
      assert.ok(physicalLocation.region.startLine >= 1)
      assert.doesNotMatch(physicalLocation.artifactLocation.uri, /[ <>"\\]/)
    }
    assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'suite.access.test.json')
  }
  assert.deepEqual(
    run.results.map(({ ruleId }: { ruleId: string }) => ruleId.replace('access-test/', '')),
    ['other-decision', 'other-decision', 'other-layer', 'other-statement'],
  )
  const [{ artifactChanges, description }] = run.results[0].fixes
  assert.ok(description.text.length > 0)
  for (const { replacements } of artifactChanges)
    for (const { deletedRegion, insertedContent } of replacements) {
      assert.ok(deletedRegion.startLine >= 1 && insertedContent.text.includes('s3:PutObject'))
    }
})

test('text keeps control characters out of the terminal', async () => {
  const text = await reported('text')
  assert.ok(!text.includes('\u0007'))
  assert.match(text, /^2 passed, 4 failed$/m)
})
